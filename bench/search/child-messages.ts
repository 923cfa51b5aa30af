import type { QuerySet } from './query-sets.ts';

/** What a child is asked; it answers each in its turn. */
export type ChildRequest =
  | { readonly type: 'build'; readonly assets: number }
  /** The milliseconds of each query of the set, in its order. */
  | { readonly type: 'search'; readonly set: QuerySet; readonly count: number }
  /** Writes the index down and tells what the process holds in memory. */
  | { readonly type: 'snapshot'; readonly file: string }
  /** Writes the records of a snapshot, of so many assets. */
  | { readonly type: 'records'; readonly assets: number; readonly file: string }
  /** Starts a whole replica from the two files of a snapshot. */
  | { readonly type: 'replica'; readonly assets: number; readonly records: string; readonly index: string }
  /** Starts an index in a thread from the file; tells in how many seconds. */
  | { readonly type: 'restart'; readonly file: string }
  /** So many clients ask for the paths without a pause. */
  | {
      readonly type: 'load';
      readonly url: string;
      readonly paths: readonly string[];
      readonly clients: number;
      readonly seconds: number;
    }
  /** Puts assets one by one and looks for each; after `restart`. */
  | { readonly type: 'upserts'; readonly assets: number; readonly count: number };

export interface SearchTimes {
  readonly ms: readonly number[];
  /** Queries for which typos were tolerated. */
  readonly tolerant: number;
}

export interface ReplicaStart {
  readonly seconds: number;
  readonly rssMb: number;
}

export interface ThreadTimes {
  readonly putMs: readonly number[];
  /** From the call that puts it until a search has found it. */
  readonly visibleMs: readonly number[];
  readonly rssMb: number;
}
