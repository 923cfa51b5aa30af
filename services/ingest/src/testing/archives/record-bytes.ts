/** One number of a record: how many bytes it takes, and its value. */
export type NumberField = readonly [bytes: 2 | 4 | 8, value: number];

/** A record of little-endian numbers, each cut to its width. */
export function record(...fields: readonly NumberField[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) bytes.writeUInt16LE(value % 2 ** 16, at);
    else if (width === 4) bytes.writeUInt32LE(value % 2 ** 32, at);
    else bytes.writeBigUInt64LE(BigInt(value), at);
    at += width;
  }
  return bytes;
}
