import { MAX_READ_BYTES, type ByteSource } from '../../inspection/byte-source.ts';

export interface MemoryByteSource extends ByteSource {
  /** Bytes that were read by range. */
  readonly readBytes: () => number;
  readonly streams: () => number;
}

/** A file in memory, streamed in pieces of these sizes in turn. */
export function memoryByteSource(
  bytes: Uint8Array,
  pieceSizes: readonly [number, ...number[]] = [64 * 1024],
): MemoryByteSource {
  let readBytes = 0;
  let streams = 0;
  return {
    size: bytes.length,
    readBytes: () => readBytes,
    streams: () => streams,
    async read(offset, length) {
      if (length > MAX_READ_BYTES) throw new Error(`a read of ${length} bytes`);
      if (offset < 0 || offset + length > bytes.length) throw new Error('a read outside of the file');
      readBytes += length;
      return bytes.slice(offset, offset + length);
    },
    whole: async () => Buffer.from(bytes),
    async *stream() {
      streams += 1;
      let at = 0;
      for (let i = 0; at < bytes.length; i += 1) {
        const length = pieceSizes[i % pieceSizes.length] ?? 1;
        yield bytes.subarray(at, at + length);
        at += length;
      }
    },
  };
}
