import { MODEL_LIMITS } from './limits.ts';
import { corrupt, tooComplex } from './refuse.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const RETURN = 0x0d;
const SPACE = 0x20;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line lies in `bytes` from `start` to `end`, without its end. A view of each would cost more than reading it. */
export type LineReader = (bytes: Buffer, start: number, end: number) => void;

export interface LineReaders {
  readonly line: LineReader;
  /**
   * When it is there, a backslash at the end of a line joins the next one, with a space between them; each piece
   * of such a line comes here too, since not every reader joins them, and so does what others make of it, which
   * join them without a space.
   */
  readonly piece?: LineReader;
}

/** Cuts text into lines as it comes; `\n`, `\r\n` and a lone `\r` end one. Control characters are not text. */
export class Lines {
  readonly #readers: LineReaders;
  readonly #kept = Buffer.allocUnsafe(MODEL_LIMITS.lineBytes);
  #keptBytes = 0;
  /** Where in what is kept the last piece of a continued line starts. */
  #pieceStart = 0;
  /** Where in what is kept a space stands for a backslash. */
  #joints: number[] = [];
  #isFirst = true;
  #hasReturn = false;

  constructor(readers: LineReaders) {
    this.#readers = readers;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte >= SPACE || byte === TAB) continue;
      if (byte === NEWLINE) {
        this.#complete(bytes, start, i);
        start = i + 1;
      } else if (byte === RETURN) {
        this.#hasReturn = true;
      } else if (byte < TAB || byte > RETURN) {
        this.#checkLength(i - start);
        throw corrupt('not text');
      }
    }
    this.#keep(bytes, start, bytes.length);
  }

  end(): void {
    this.#complete(this.#kept, 0, 0, true);
  }

  #complete(bytes: Buffer, start: number, end: number, isLast = false): void {
    this.#checkLength(end - start);
    if (this.#keptBytes === 0) return this.#finish(bytes, start, end, isLast);
    this.#keep(bytes, start, end);
    this.#finish(this.#kept, 0, this.#keptBytes, isLast);
  }

  #finish(bytes: Buffer, start: number, lineEnd: number, isLast: boolean): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    const { piece } = this.#readers;
    if (piece !== undefined && !isLast && end > start && bytes[end - 1] === BACKSLASH) {
      if (this.#keptBytes === 0) this.#keep(bytes, start, end);
      piece(this.#kept, this.#pieceStart, end - start - 1);
      this.#kept[end - start - 1] = SPACE;
      this.#joints.push(end - start - 1);
      this.#keptBytes = end - start;
      this.#pieceStart = this.#keptBytes;
      return;
    }
    if (this.#pieceStart > 0) {
      piece?.(bytes, this.#pieceStart, end);
      const glued = withoutBytes(bytes.subarray(0, end), this.#joints);
      piece?.(glued, 0, glued.length);
      this.#joints = [];
    }
    this.#keptBytes = 0;
    this.#pieceStart = 0;
    this.#read(bytes, start, end);
  }

  #read(bytes: Buffer, lineStart: number, end: number): void {
    let start = lineStart;
    if (this.#isFirst && bytes.subarray(start, Math.min(start + 3, end)).equals(BYTE_ORDER_MARK)) start += 3;
    this.#isFirst = false;
    if (this.#hasReturn) {
      this.#hasReturn = false;
      for (let i = start; i < end; i += 1) {
        if (bytes[i] !== RETURN) continue;
        this.#readers.line(bytes, start, i);
        start = i + 1;
      }
    }
    this.#readers.line(bytes, start, end);
  }

  #checkLength(further: number): void {
    if (this.#keptBytes + further > MODEL_LIMITS.lineBytes) throw tooComplex('a line is too long');
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    this.#checkLength(end - start);
    bytes.copy(this.#kept, this.#keptBytes, start, end);
    this.#keptBytes += end - start;
  }
}

function withoutBytes(bytes: Buffer, positions: readonly number[]): Buffer {
  const ends = [...positions, bytes.length];
  return Buffer.concat(ends.map((end, i) => bytes.subarray((positions[i - 1] ?? -1) + 1, end)));
}

/** A line as text, trimmed. */
export const textOf: (...line: Parameters<LineReader>) => string = (bytes, start, end) =>
  bytes.toString('utf8', start, end).trim();

export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || (byte !== undefined && byte >= 0x09 && byte <= RETURN);
}

/** The first word in lower case, and the rest. */
export function keywordOf(text: string): readonly [keyword: string, rest: string] {
  const end = text.search(/\s/);
  return end === -1 ? [text.toLowerCase(), ''] : [text.slice(0, end).toLowerCase(), text.slice(end).trim()];
}

/** A finite number, as it is written in text formats. */
export function isNumber(word: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word));
}
