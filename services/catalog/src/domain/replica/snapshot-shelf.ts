/** A snapshot of a whole replica: its records and its index, both of one moment. */
export interface StoredSnapshot {
  readonly name: string;
  /** All changes up to this one are in it. */
  readonly seq: number;
  readonly at: Date;
}

export interface SnapshotParts {
  readonly records: AsyncIterable<Uint8Array>;
  readonly index: AsyncIterable<Uint8Array>;
}

/** Where the replicas of the service keep their snapshots, for whichever starts next. */
export interface SnapshotShelf {
  /** The whole ones, that of the highest number first. */
  list(): Promise<StoredSnapshot[]>;
  /** undefined: it was removed meanwhile. */
  open(name: string): Promise<SnapshotParts | undefined>;
  /** All or nothing: until both parts are there, and after a crash, it is not in the list. */
  put(seq: number, at: Date, parts: SnapshotParts): Promise<void>;
  /** Removes all but the first `kept` of the list, and what was begun before `begunBefore` and never finished. */
  tidy(kept: number, begunBefore: Date): Promise<void>;
}

/** Whose turn it is to write one: replicas would all write the same. */
export interface SnapshotTurn {
  /** This replica's turn, for so long at most; undefined: it is another's. */
  take(durationMs: number): Promise<{ end(): Promise<void> } | undefined>;
}
