/** The file under inspection, as the child sees it: the parent reads it from the store and passes it on. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes, at most `MAX_READ_BYTES`; rejects outside of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The whole file from front to back; once only. */
  stream(): AsyncIterable<Uint8Array>;
  /** The same at once, for what is small enough to be held. */
  whole(): Promise<Buffer>;
}

export const MAX_READ_BYTES = 4 * 2 ** 20;
