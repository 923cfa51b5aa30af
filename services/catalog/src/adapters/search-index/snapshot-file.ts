import { framesOf, readFrames, SnapshotRefused } from '../../domain/search/snapshot-frames.ts';
import type { SnapshotRefusal } from '../../domain/search/snapshot.ts';
import { Columns, LIST_FIELDS } from './columns.ts';
import { EngineSets } from './engine-sets.ts';
import type { EngineState } from './search-engine.ts';
import type { Segment } from './segment.ts';
import { SegmentSet } from './segment-set.ts';
import { StringDictionary } from './string-dictionary.ts';
import { TermDictionary } from './term-dictionary.ts';

const INDEX_FILE = { magic: 'CAIRNIDX', format: 3 } as const;

const TYPES = { Uint8Array, Uint16Array, Uint32Array, Float64Array } as const;
type TypeName = keyof typeof TYPES;
type Section = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const NUMBER_COLUMNS = [
  'kind',
  'license',
  'engines',
  'size',
  'downloads',
  'posted',
  'updated',
  'nameHead',
] as const;

interface Manifest {
  readonly seq: number;
  readonly slots: number;
  readonly segments: readonly Pick<Segment, 'id' | 'documents' | 'dead' | 'first' | 'last'>[];
  readonly sections: readonly { readonly name: string; readonly type: TypeName; readonly length: number }[];
}

/** What a snapshot holds, safe from later changes of the index. */
export interface CapturedState {
  readonly seq: number;
  readonly slots: number;
  readonly segments: Manifest['segments'];
  readonly sections: ReadonlyMap<string, Section>;
}

/**
 * Copies what changes in place, a column at a time; frozen segments and dictionaries need none. The index
 * must not change until it is through.
 */
export function* captureState(state: EngineState, seq: number): Generator<void, CapturedState> {
  const { columns, segments, terms, slots } = state;
  const sections = new Map<string, Section>();
  const addDictionary = (name: string, dictionary: StringDictionary) => {
    const { bytes, starts } = dictionary.sections();
    sections.set(`${name}.bytes`, bytes).set(`${name}.starts`, starts);
  };
  segments.seal();
  yield;
  sections.set('home', segments.home.slice(0, slots));
  for (const name of NUMBER_COLUMNS) {
    yield;
    sections.set(name, columns[name].slice(0, slots));
  }
  for (const [name, column] of Object.entries(listColumns(columns))) {
    yield;
    sections.set(`${name}.elements`, column.packed(0, slots));
    sections.set(`${name}.lengths`, column.lengths.slice(0, slots));
  }
  yield;
  const { bytes, starts, order } = terms.sections();
  sections.set('terms.bytes', bytes).set('terms.starts', starts).set('terms.order', order);
  addDictionary('licenses', columns.licenses);
  addDictionary('engineSets', columns.engineSets.sets);
  for (const field of LIST_FIELDS) addDictionary(`values.${field}`, columns.values[field]);
  for (const segment of segments.frozen()) {
    for (const part of ['terms', 'offsets', 'postings'] as const) {
      sections.set(`segment.${segment.id}.${part}`, segment[part]);
    }
  }
  const frozen = segments
    .frozen()
    .map(({ id, documents, dead, first, last }) => ({ id, documents, dead, first, last }));
  return { seq, slots, segments: frozen, sections };
}

export function* chunksOf({ sections, ...head }: CapturedState): Generator<Uint8Array<ArrayBuffer>> {
  const manifest: Manifest = {
    ...head,
    sections: [...sections].map(([name, data]) => ({
      name,
      type: Object.prototype.toString.call(data).slice(8, -1) as TypeName,
      length: data.length,
    })),
  };
  const bytes = [...sections.values()].map(
    (each) => new Uint8Array(each.buffer, each.byteOffset, each.byteLength),
  );
  const json = Buffer.from(JSON.stringify(manifest));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  yield* framesOf(INDEX_FILE, [length, json, ...bytes]);
}

/** Captures at once and gives the chunks as they are asked for. */
export async function* writeSnapshot(state: EngineState, seq: number): AsyncGenerator<Uint8Array> {
  const capture = captureState(state, seq);
  for (;;) {
    const { done, value } = capture.next();
    if (done === true) return yield* chunksOf(value);
  }
}

export type ReadSnapshot =
  | { readonly ok: true; readonly seq: number; readonly state: EngineState }
  | { readonly ok: false; readonly reason: SnapshotRefusal };

/** Rejects only if the chunks cannot be had; whatever they hold gives a typed answer. */
export async function readSnapshot(chunks: AsyncIterable<Uint8Array>): Promise<ReadSnapshot> {
  try {
    const frames = readFrames(INDEX_FILE, chunks);
    const next = async () => (await frames.next()).value as Uint8Array | undefined;
    const manifest = await readManifest(next);
    const sections = new Map<string, Section>();
    for (const { name, type, length } of manifest.sections) {
      const data = new TYPES[type](length);
      const bytes = new Uint8Array(data.buffer);
      for (let at = 0; at < bytes.length;) {
        const part = await next();
        if (part === undefined) throw new SnapshotRefused('corrupt');
        bytes.set(part, at);
        at += part.length;
      }
      sections.set(name, data);
    }
    if ((await next()) !== undefined) throw new SnapshotRefused('corrupt');
    return { ok: true, seq: manifest.seq, state: stateOf(manifest, sections) };
  } catch (error) {
    if (error instanceof SnapshotRefused) return { ok: false, reason: error.reason };
    throw error;
  }
}

async function readManifest(next: () => Promise<Uint8Array | undefined>): Promise<Manifest> {
  const length = Buffer.from((await next()) ?? Buffer.alloc(4)).readUInt32LE();
  let json = Buffer.alloc(0);
  while (json.length < length) {
    const part = await next();
    if (part === undefined) throw new SnapshotRefused('corrupt');
    json = Buffer.concat([json, part]);
  }
  if (length === 0) throw new SnapshotRefused('corrupt');
  return JSON.parse(json.toString('utf8')) as Manifest;
}

function stateOf({ slots, segments }: Manifest, sections: ReadonlyMap<string, Section>): EngineState {
  // Checksums and format vouch for it that each is of the type that it was written with.
  const section = (name: string): never => {
    const data = sections.get(name);
    if (data === undefined) throw new SnapshotRefused('corrupt');
    return data as never;
  };
  const dictionary = (name: string) =>
    StringDictionary.restored(section(`${name}.bytes`), section(`${name}.starts`));
  const columns = new Columns();
  for (const name of NUMBER_COLUMNS) columns[name] = section(name);
  for (const [name, column] of Object.entries(listColumns(columns))) {
    column.restore(section(`${name}.elements`), section(`${name}.lengths`));
  }
  columns.licenses = dictionary('licenses');
  columns.engineSets = new EngineSets(dictionary('engineSets'));
  for (const field of LIST_FIELDS) columns.values[field] = dictionary(`values.${field}`);
  const terms = TermDictionary.restored(dictionary('terms'), section('terms.order'));
  const restored = new SegmentSet(terms);
  restored.restore(
    segments.map((each) => ({
      ...each,
      terms: section(`segment.${each.id}.terms`),
      offsets: section(`segment.${each.id}.offsets`),
      postings: section(`segment.${each.id}.postings`),
    })),
    section('home'),
  );
  return { columns, segments: restored, terms, slots };
}

const listColumns = ({ name, asin, lists }: Columns) => ({ name, asin, ...lists });
