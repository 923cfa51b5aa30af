import { KINDS } from '@cairn/shared/fields/kinds';
import type { Facet, SearchCriteria } from '../../domain/search/search-index.ts';
import type { Candidates } from './candidates.ts';
import { LIST_FIELDS, timeOf, type Columns } from './columns.ts';
import type { ListColumn } from './list-column.ts';
import type { StringDictionary } from './string-dictionary.ts';

/** A failed filter's bit. Who fails nothing but the filter of one facet counts for that facet alone. */
export const FAILS: Readonly<Record<Facet, number>> = {
  kind: 1,
  engine: 2,
  license: 4,
  tags: 8,
  platforms: 16,
  formats: 32,
};
const FAILS_RANGE = 64;

/** Marks what each candidate fails and sorts out the hits; tells the bits of the filters that there were. */
export function filterCandidates(criteria: SearchCriteria, columns: Columns, found: Candidates): number {
  const { kind, engine, licenses, size, posted } = criteria;
  let used = 0;
  const begin = (bit: number): number => {
    if (used === 0) found.fails.fill(0, 0, found.count);
    used |= bit;
    found.work += found.count;
    return bit;
  };
  for (const field of LIST_FIELDS) {
    const wanted = field === 'tags' ? criteria.anyTags : criteria[field];
    if (wanted === undefined || wanted.length === 0) continue;
    failLists(found, begin(FAILS[field]), columns.lists[field], allowedIds(columns.values[field], wanted));
  }
  if (size !== undefined) {
    failRange(found, begin(FAILS_RANGE), columns.size, size.min ?? 0, size.max ?? Infinity);
  }
  if (posted !== undefined) {
    const from = posted.from === undefined ? -Infinity : timeOf(posted.from);
    const before = posted.before === undefined ? Infinity : timeOf(posted.before) - 1;
    failRange(found, begin(FAILS_RANGE), columns.posted, from, before);
  }
  if (licenses !== undefined && licenses.length > 0) {
    failIds(found, begin(FAILS.license), columns.license, allowedIds(columns.licenses, licenses));
  }
  // What is filtered by most often comes last, and together with sorting out the hits.
  if (kind === undefined && engine === undefined) {
    found.keepHits(used !== 0);
    return used;
  }
  const kinds = new Uint8Array(KINDS.length);
  if (kind !== undefined) {
    kinds.fill(begin(FAILS.kind));
    kinds[KINDS.indexOf(kind)] = 0;
  }
  if (engine === undefined) found.keepOfKind(columns.kind, kinds);
  else {
    const bit = begin(FAILS.engine);
    const failing = columns.engineSets.supporting(engine).map((supports) => (supports ^ 1) * bit);
    found.keepOfKindAndId(columns.kind, kinds, columns.engines, failing);
  }
  return used;
}

// One loop for each kind of column, and no branches: both make several times of a difference in speed.

function failIds(found: Candidates, bit: number, column: Uint32Array, allowed: Uint8Array): void {
  const { slots, fails, count } = found;
  for (let i = 0; i < count; i += 1) {
    const id = column[slots[i] as number] as number;
    fails[i] = (fails[i] as number) | (((allowed[id] as number) ^ 1) * bit);
  }
}

function failRange(found: Candidates, bit: number, column: Float64Array, min: number, max: number): void {
  const { slots, fails, count } = found;
  for (let i = 0; i < count; i += 1) {
    const value = column[slots[i] as number] as number;
    if (value < min || value > max) fails[i] = (fails[i] as number) | bit;
  }
}

function failLists(
  found: Candidates,
  bit: number,
  column: ListColumn<Uint32Array<ArrayBuffer>>,
  allowed: Uint8Array,
): void {
  const { slots, fails, count } = found;
  const { elements, starts, lengths } = column;
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] as number;
    const start = starts[slot] as number;
    const end = start + (lengths[slot] as number);
    let at = start;
    while (at < end && allowed[elements[at] as number] !== 1) at += 1;
    if (at === end) fails[i] = (fails[i] as number) | bit;
  }
}

/** 1 for each of the values, by id. */
function allowedIds(dictionary: StringDictionary, values: readonly string[]): Uint8Array {
  const allowed = new Uint8Array(dictionary.size);
  for (const value of values) {
    const id = dictionary.find(value);
    if (id !== -1) allowed[id] = 1;
  }
  return allowed;
}
