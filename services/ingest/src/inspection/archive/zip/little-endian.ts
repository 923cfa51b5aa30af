/** Reads the numbers of a zip record. */
export interface RecordFields {
  u16(at: number): number;
  u32(at: number): number;
  /** Beyond 2 ** 53 it is not exact, and larger than any file. */
  u64(at: number): number;
}

export function fieldsOf(bytes: Uint8Array): RecordFields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    u64: (at) => Number(view.getBigUint64(at, true)),
  };
}

export const MAX_U16 = 0xffff;
export const MAX_U32 = 0xffff_ffff;
