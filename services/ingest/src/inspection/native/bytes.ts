/** Numbers out of a head that may be cut off anywhere: what is not there is undefined. */
export interface Bytes {
  readonly length: number;
  u8(at: number): number | undefined;
  u16(at: number): number | undefined;
  u32(at: number): number | undefined;
  /** As a number: beyond 2^53 it rounds, which is far outside of any file. */
  u64(at: number): number | undefined;
  text(at: number, length: number): string;
}

export function bytesOf(head: Uint8Array, littleEndian: boolean): Bytes {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const has = (at: number, length: number): boolean => at >= 0 && at + length <= head.length;
  return {
    length: head.length,
    u8: (at) => (has(at, 1) ? view.getUint8(at) : undefined),
    u16: (at) => (has(at, 2) ? view.getUint16(at, littleEndian) : undefined),
    u32: (at) => (has(at, 4) ? view.getUint32(at, littleEndian) : undefined),
    u64: (at) => (has(at, 8) ? Number(view.getBigUint64(at, littleEndian)) : undefined),
    text: (at, length) =>
      has(at, length) ? Buffer.from(head.subarray(at, at + length)).toString('latin1') : '',
  };
}
