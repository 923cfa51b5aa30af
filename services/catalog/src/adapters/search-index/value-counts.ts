import type { Facet } from '../../domain/search/search-index.ts';
import { grown } from './grown.ts';

export interface ValueCounts {
  add(facet: Facet, id: number, by: number): void;
  /** By id; shorter than there are ids where the rest is 0. */
  of(facet: Facet): Uint32Array;
}

/** Counters by facet and the id of a value. */
export function valueCounts(): ValueCounts {
  const counts: Record<Facet, Uint32Array<ArrayBuffer>> = {
    kind: new Uint32Array(16),
    engine: new Uint32Array(16),
    license: new Uint32Array(16),
    tags: new Uint32Array(16),
    platforms: new Uint32Array(16),
    formats: new Uint32Array(16),
  };
  return {
    add(facet, id, by) {
      if (id >= counts[facet].length) counts[facet] = grown(counts[facet], id + 1);
      counts[facet][id] = (counts[facet][id] as number) + by;
    },
    of: (facet) => counts[facet],
  };
}
