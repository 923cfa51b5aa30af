import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { checkGltf } from './gltf/check-gltf.ts';
import { IndexWatcher } from './gltf/index-watcher.ts';
import { MODEL_LIMITS } from './limits.ts';
import { References } from './references.ts';
import { corrupt, tooComplex, unsupportedVersion } from './refuse.ts';
import type { ModelSubject } from './subject.ts';

const MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;

export const isGlb = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 4)).equals(Buffer.from('glTF'));

/** A binary glTF: the JSON chunk is kept, and of the BIN chunk only indices are read as they go by. */
export function glbProbe({ path, size }: ModelSubject): ContentProbe<ModelFacts> {
  const references = new References(path);
  let offset = 0;
  let chunks = 0;
  /** What is being collected: the header of the file, of a chunk, or the JSON. */
  let part = new Collected('file header', 12);
  let skip = 0;
  let json: Uint8Array | undefined;
  let facts: Omit<ModelFacts, 'format'> | undefined;
  let watcher: IndexWatcher | undefined;

  function complete(bytes: Uint8Array): void {
    const { what } = part;
    part = new Collected('chunk header', 8);
    if (what === 'file header') checkHeader(bytes, size);
    else if (what === 'chunk header') startChunk(bytes);
    else json = bytes;
  }

  function startChunk(bytes: Uint8Array): void {
    const length = uint32(bytes, 0);
    const type = uint32(bytes, 4);
    chunks += 1;
    if (length % 4 !== 0) throw corrupt(`chunk ${chunks} is not aligned`);
    if (length > size - offset) throw corrupt(`chunk ${chunks} leaves the file`);
    if ((type === CHUNK_JSON) !== (chunks === 1)) throw corrupt('the first chunk and no other must be JSON');
    if (type === CHUNK_BIN && chunks !== 2) throw corrupt('a BIN chunk must be the second');
    if (chunks > MODEL_LIMITS.glbChunks) throw tooComplex('too many chunks');
    if (chunks === 1) {
      if (length > MODEL_LIMITS.glbJsonBytes) throw tooComplex('the JSON chunk is too long');
      part = new Collected('JSON', length);
      return;
    }
    if (facts === undefined) check(type === CHUNK_BIN ? length : undefined);
    skip = length;
  }

  function check(binLength: number | undefined): void {
    if (json === undefined) throw corrupt('there is no JSON chunk');
    const checked = checkGltf(json, references, binLength);
    json = undefined;
    facts = checked.facts;
    if (binLength !== undefined && checked.binIndices.length > 0) {
      watcher = new IndexWatcher(checked.binIndices, binLength);
    }
  }

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        const take = Math.min(rest.length, skip > 0 ? skip : part.missing);
        const bytes = rest.subarray(0, take);
        rest = rest.subarray(take);
        offset += take;
        if (skip > 0) {
          skip -= take;
          watcher?.push(bytes);
          if (skip === 0) watcher = undefined;
          continue;
        }
        part.add(bytes);
        if (part.missing === 0) complete(part.bytes);
      }
    },
    end() {
      if (offset !== size || skip > 0 || !part.isEmpty || part.what !== 'chunk header')
        throw corrupt('cut off');
      if (facts === undefined) check(undefined);
      if (facts === undefined) throw corrupt('there is no JSON chunk');
      return { format: 'glb', ...facts };
    },
  };
}

function checkHeader(bytes: Uint8Array, size: number): void {
  if (uint32(bytes, 0) !== MAGIC) throw corrupt('not a GLB');
  if (uint32(bytes, 4) !== 2) throw unsupportedVersion('a GLB of another version than 2');
  if (uint32(bytes, 8) !== size) throw corrupt('the GLB has another length than its header says');
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

class Collected {
  readonly what: 'file header' | 'chunk header' | 'JSON';
  readonly bytes: Uint8Array;
  #filled = 0;

  /** `length` must be bounded: it is allocated. */
  constructor(what: 'file header' | 'chunk header' | 'JSON', length: number) {
    this.what = what;
    this.bytes = new Uint8Array(length);
  }

  get missing(): number {
    return this.bytes.length - this.#filled;
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  add(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }
}
