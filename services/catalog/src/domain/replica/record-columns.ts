/** What is known of each record besides its bytes, and where these are, by slot. */
export interface RecordColumns {
  readonly chunk: Uint32Array;
  readonly offset: Uint32Array;
  readonly length: Uint32Array;
  readonly revision: Uint32Array;
  readonly owner: Uint32Array;
  readonly downloads: Float64Array;
}

const NAMES = ['chunk', 'offset', 'length', 'revision', 'owner', 'downloads'] as const;

export const columnsFor = (slots: number): RecordColumns => ({
  chunk: new Uint32Array(slots),
  offset: new Uint32Array(slots),
  length: new Uint32Array(slots),
  revision: new Uint32Array(slots),
  owner: new Uint32Array(slots),
  downloads: new Float64Array(slots),
});

export function grown(columns: RecordColumns): RecordColumns {
  const larger = columnsFor(Math.ceil(columns.revision.length * 1.5));
  for (const name of NAMES) larger[name].set(columns[name]);
  return larger;
}

export const copyOf = (columns: RecordColumns, slots: number): RecordColumns => ({
  chunk: columns.chunk.slice(0, slots),
  offset: columns.offset.slice(0, slots),
  length: columns.length.slice(0, slots),
  revision: columns.revision.slice(0, slots),
  owner: columns.owner.slice(0, slots),
  downloads: columns.downloads.slice(0, slots),
});
