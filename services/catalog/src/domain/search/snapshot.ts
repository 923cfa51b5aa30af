/** An index that can be written down and read again, so that a restart need not put everything anew. */
export interface Snapshots {
  /**
   * What was applied before the call, in chunks. Searches go on meanwhile, and so do changes as soon as the
   * first chunk is there.
   */
  snapshot(seq: number): AsyncIterable<Uint8Array>;
  /** Takes the place of all that was applied. Refused: the index is empty, and has to be put anew. */
  restore(chunks: AsyncIterable<Uint8Array>): Promise<Restored>;
}

export type SnapshotRefusal =
  /** Ends too early, or goes on after its end. */
  | 'torn'
  /** A checksum does not hold, or it is no snapshot at all. */
  | 'corrupt'
  /** Written by an older or newer program. */
  | 'other_format';

export type Restored =
  | { readonly ok: true; readonly seq: number; readonly documents: number }
  | { readonly ok: false; readonly reason: SnapshotRefusal };

/** Where snapshots are kept, by name. */
export interface SnapshotStore {
  /** All or nothing: whoever reads the name meanwhile, or after a crash, reads what was there before. */
  put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  get(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}
