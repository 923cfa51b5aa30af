import { KINDS, type Kind } from '@cairn/shared/fields/kinds';
import {
  FACETS,
  SEARCH_LIMITS,
  type Facet,
  type FacetCount,
  type FacetCounts,
  type FacetRequest,
} from '../../domain/search/search-index.ts';
import { isZero, type Candidates } from './candidates.ts';
import type { Columns } from './columns.ts';
import { FAILS } from './filter-candidates.ts';
import type { TagCounts } from './frequent-tags.ts';
import { grown } from './grown.ts';
import type { ListColumn } from './list-column.ts';

/** Counters that are all 0 between facets, and what they came to: ids and their counts, side by side. */
class Tally {
  counters: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  ids: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  counts: Uint32Array<ArrayBuffer> = new Uint32Array(1_024);
  size = 0;

  begin(values: number): void {
    this.counters = grown(this.counters, values);
    this.ids = grown(this.ids, values);
    this.counts = grown(this.counts, values);
    this.size = 0;
  }

  /** Takes the count of an id, once. */
  take(id: number): void {
    const count = this.counters[id] as number;
    if (count === 0) return;
    this.ids[this.size] = id;
    this.counts[this.size] = count;
    this.counters[id] = 0;
    this.size += 1;
  }
}

const tally = new Tally();

export interface FacetScope {
  /** The bits of the query's filters: a facet whose own filter is not among them counts the hits. */
  readonly used: number;
  /** All live documents are hits. */
  readonly everything: boolean;
  /** The kind that was asked for, if one was; there are two. */
  readonly kind: Kind | undefined;
  /** A faster way to count tags, where there is one; undefined: not for these slots. */
  readonly countTags?: (slots: Uint32Array, count: number) => TagCounts | undefined;
}

/** Counts what the facets ask for. */
export function countFacets(
  request: FacetRequest,
  columns: Columns,
  found: Candidates,
  { used, everything, kind, countTags }: FacetScope,
): FacetCounts {
  const counts: Partial<Record<Facet, readonly FacetCount[]>> = {};
  for (const facet of FACETS) {
    if (!request.names.includes(facet)) continue;
    const ownFilter = (used & FAILS[facet]) !== 0;
    const fewTags =
      facet === 'tags' && !everything && countTags !== undefined
        ? countTags(...slotsOf(facet, found, ownFilter))
        : undefined;
    if (everything) copyCounts(columns.counts.of(facet));
    else if (facet === 'kind' && kind !== undefined) countBothKinds(KINDS.indexOf(kind), found);
    else if (fewTags === undefined) countIds(facet, columns, found, ownFilter);
    const { ids, counts: countOf, size } = fewTags ?? tally;
    counts[facet] =
      facet === 'engine'
        ? engineCounts(columns, request.engines ?? [])
        : highest(ids, countOf, size, (id) => valueOf(facet, columns, id));
  }
  return counts;
}

function copyCounts(counts: Uint32Array): void {
  tally.begin(counts.length);
  tally.counters.set(counts);
  for (let id = 0; id < counts.length; id += 1) tally.take(id);
}

/** What a facet counts, of what is in lists: the hits, or all that fail nothing but its own filter. */
function slotsOf(facet: Facet, found: Candidates, ownFilter: boolean): [Uint32Array, number] {
  if (!ownFilter) return [found.hitSlots, found.hits];
  const slots = inScope(found, FAILS[facet]);
  return [slots, found.scopeCount];
}

function countIds(facet: Facet, columns: Columns, found: Candidates, ownFilter: boolean): void {
  const inLists = facet !== 'kind' && facet !== 'license' && facet !== 'engine';
  const masked = ownFilter && (facet === 'license' || facet === 'engine');
  const [slots, count] = masked ? [found.slots, found.count] : slotsOf(facet, found, ownFilter);
  const values = sizeOf(facet, columns);
  tally.begin(values);
  found.work += Math.max(count, Math.min(count * 2, values));
  if (inLists) countLists(columns.lists[facet], slots, count);
  else if (facet === 'kind') countBytes(columns.kind, slots, count);
  else {
    const column = facet === 'license' ? columns.license : columns.engines;
    if (masked) countScopeColumn(column, found, ~FAILS[facet]);
    else countColumn(column, slots, count);
  }
  // Of few documents, their own values are looked at once more, and not all that there are.
  if (count >= values) for (let id = 0; id < values; id += 1) tally.take(id);
  else if (facet === 'kind') for (let id = 0; id < values; id += 1) tally.take(id);
  else if (facet === 'license') takeColumn(columns.license, slots, count);
  else if (facet === 'engine') takeColumn(columns.engines, slots, count);
  else takeLists(columns.lists[facet], slots, count);
}

/** All hits are of the kind that was asked for, and what fails nothing else is of the other one. */
function countBothKinds(asked: number, found: Candidates): void {
  const { fails, count } = found;
  let others = 0;
  for (let i = 0; i < count; i += 1) others += isZero((fails[i] as number) ^ FAILS.kind);
  found.work += count;
  tally.begin(KINDS.length);
  tally.counters[asked] = found.hits;
  tally.counters[1 - asked] = others;
  for (let id = 0; id < KINDS.length; id += 1) tally.take(id);
}

/** The candidates that fail nothing but one filter, without a list of them. */
function countScopeColumn(column: Uint32Array, found: Candidates, others: number): void {
  const { slots, fails, count } = found;
  const { counters } = tally;
  for (let i = 0; i < count; i += 1) {
    const id = column[slots[i] as number] as number;
    counters[id] = (counters[id] as number) + isZero((fails[i] as number) & others);
  }
}

/** The candidates that fail nothing but what the bit stands for. */
function inScope(found: Candidates, bit: number): Uint32Array {
  const { slots, fails, count } = found;
  const scope = found.scopeSlots();
  const others = ~bit;
  let kept = 0;
  for (let i = 0; i < count; i += 1) {
    scope[kept] = slots[i] as number;
    kept += isZero((fails[i] as number) & others);
  }
  found.scopeCount = kept;
  found.work += count;
  return scope;
}

function countBytes(column: Uint8Array, slots: Uint32Array, count: number): void {
  const { counters } = tally;
  for (let i = 0; i < count; i += 1) {
    const id = column[slots[i] as number] as number;
    counters[id] = (counters[id] as number) + 1;
  }
}

function countColumn(column: Uint32Array, slots: Uint32Array, count: number): void {
  const { counters } = tally;
  for (let i = 0; i < count; i += 1) {
    const id = column[slots[i] as number] as number;
    counters[id] = (counters[id] as number) + 1;
  }
}

function takeColumn(column: Uint32Array, slots: Uint32Array, count: number): void {
  for (let i = 0; i < count; i += 1) tally.take(column[slots[i] as number] as number);
}

function countLists(column: ListColumn<Uint32Array<ArrayBuffer>>, slots: Uint32Array, count: number): void {
  const { counters } = tally;
  const { elements, starts, lengths } = column;
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] as number;
    const start = starts[slot] as number;
    const end = start + (lengths[slot] as number);
    for (let k = start; k < end; k += 1) {
      const id = elements[k] as number;
      counters[id] = (counters[id] as number) + 1;
    }
  }
}

function takeLists(column: ListColumn<Uint32Array<ArrayBuffer>>, slots: Uint32Array, count: number): void {
  const { elements, starts, lengths } = column;
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] as number;
    const start = starts[slot] as number;
    const end = start + (lengths[slot] as number);
    for (let k = start; k < end; k += 1) tally.take(elements[k] as number);
  }
}

function sizeOf(facet: Facet, columns: Columns): number {
  if (facet === 'kind') return KINDS.length;
  if (facet === 'license') return columns.licenses.size;
  return facet === 'engine' ? columns.engineSets.sets.size : columns.values[facet].size;
}

function valueOf(facet: Exclude<Facet, 'engine'>, columns: Columns, id: number): string {
  if (facet === 'kind') return KINDS[id] ?? '';
  return facet === 'license' ? columns.licenses.text(id) : columns.values[facet].text(id);
}

function engineCounts(columns: Columns, versions: readonly string[]): FacetCount[] {
  const wanted = [...new Set(versions)].slice(0, SEARCH_LIMITS.facetEngines);
  const counts = wanted.map((version) => {
    const supports = columns.engineSets.supporting(version);
    let count = 0;
    for (let i = 0; i < tally.size; i += 1) {
      if (supports[tally.ids[i] as number] === 1) count += tally.counts[i] as number;
    }
    return count;
  });
  const ids = Uint32Array.from(wanted.keys());
  return highest(ids, Uint32Array.from(counts), wanted.length, (i) => wanted[i] ?? '');
}

/** The highest counts first, equal ones by value; most texts are never looked at. */
function highest(
  ids: Uint32Array,
  counts: Uint32Array,
  size: number,
  valueOf: (id: number) => string,
): FacetCount[] {
  const top: FacetCount[] = [];
  let least = 1;
  for (let i = 0; i < size; i += 1) {
    const id = ids[i] as number;
    const count = counts[i] as number;
    if (count < least) continue;
    const value = valueOf(id);
    let at = top.length;
    while (at > 0 && isBefore(count, value, top[at - 1])) at -= 1;
    if (at >= SEARCH_LIMITS.facetValues) continue;
    top.splice(at, 0, { value, count });
    if (top.length > SEARCH_LIMITS.facetValues) top.pop();
    if (top.length === SEARCH_LIMITS.facetValues) least = top.at(-1)?.count ?? 1;
  }
  return top;
}

function isBefore(count: number, value: string, other: FacetCount | undefined): boolean {
  if (other === undefined) return false;
  return count === other.count ? compareText(value, other.value) < 0 : count > other.count;
}

const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
