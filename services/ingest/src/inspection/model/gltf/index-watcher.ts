import { corrupt, tooComplex } from '../refuse.ts';

/** Little-endian unsigned numbers in a buffer, each of which must be below `limit`. */
export interface IndexRun {
  /** Bytes from the start of the buffer. */
  readonly start: number;
  readonly stride: number;
  /** Bytes of one number: 1, 2 or 4. */
  readonly size: number;
  readonly count: number;
  readonly limit: number;
  readonly increasing: boolean;
}

interface OpenRun {
  readonly run: IndexRun;
  /** How far it has been read, in bytes from its own start. */
  offset: number;
  value: number;
  previous: number;
}

/** What a byte counts at each place of a number. */
const PLACES = [1, 2 ** 8, 2 ** 16, 2 ** 24];

const byteLength = ({ stride, size, count }: IndexRun): number => stride * (count - 1) + size;

/**
 * Reads the indices of meshes and sparse accessors while their buffer goes by: one that points outside of
 * what it indexes is how loaders are made to read and write out of bounds.
 */
export class IndexWatcher {
  readonly #waiting: IndexRun[];
  #open: OpenRun[] = [];
  #offset = 0;

  constructor(runs: readonly IndexRun[], bufferLength: number) {
    // Views may overlap; that each byte is looked at a few times is all that a real model needs.
    const total = runs.reduce((sum, run) => sum + byteLength(run), 0);
    if (total > bufferLength * 4) throw tooComplex('indices overlap too often');
    this.#waiting = runs.toSorted((a, b) => b.start - a.start);
  }

  push(chunk: Uint8Array): void {
    const end = this.#offset + chunk.length;
    for (
      let next = this.#waiting.at(-1);
      next !== undefined && next.start < end;
      next = this.#waiting.at(-1)
    ) {
      this.#waiting.pop();
      this.#open.push({ run: next, offset: 0, value: 0, previous: -1 });
    }
    if (this.#open.length > 0) {
      for (const open of this.#open) this.#read(open, chunk);
      this.#open = this.#open.filter(({ run, offset }) => offset < byteLength(run));
    }
    this.#offset = end;
  }

  #read(open: OpenRun, chunk: Uint8Array): void {
    const { run } = open;
    const start = run.start + open.offset - this.#offset;
    const end = Math.min(chunk.length, run.start + byteLength(run) - this.#offset);
    let within = open.offset % run.stride;
    for (let i = start; i < end; i += 1) {
      if (within < run.size) {
        open.value += (chunk[i] ?? 0) * (PLACES[within] ?? 0);
        if (within === run.size - 1) check(open);
      }
      within = within + 1 === run.stride ? 0 : within + 1;
    }
    open.offset += end - start;
  }
}

function check(open: OpenRun): void {
  const { value, previous, run } = open;
  if (value >= run.limit) throw corrupt(`an index of ${value} where there are ${run.limit}`);
  if (run.increasing) {
    if (value <= previous) throw corrupt('sparse indices do not increase');
    open.previous = value;
  }
  open.value = 0;
}
