import { createInflateRaw } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ZLIB_HEADER_BYTES = 2;
// Adam7: first column and row, and the steps.
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Unpacks the data of a PNG with zlib alone and counts: whether there is a byte for each of its pixels. What
 * comes after them, the stream's own checksum too, changes none of them and is not looked at.
 */
export async function isWholePngStream(bytes: Buffer): Promise<boolean> {
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return true;
  const data: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const bits = (bytes[24] ?? 0) * (CHANNELS[bytes[25] ?? 0] ?? 0);
  const rows = (columns: number, count: number) =>
    columns === 0 ? 0 : count * (1 + Math.ceil((columns * bits) / 8));
  const wanted =
    bytes[28] === 0
      ? rows(width, height)
      : PASSES.reduce(
          (sum, [x, y, dx, dy]) =>
            sum + rows(Math.max(0, Math.ceil((width - x) / dx)), Math.max(0, Math.ceil((height - y) / dy))),
          0,
        );
  const inflate = createInflateRaw();
  inflate.end(Buffer.concat(data).subarray(ZLIB_HEADER_BYTES));
  let seen = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      seen += piece.length;
      if (seen >= wanted) return true;
    }
  } catch {
    // Too early, as a rule.
  }
  return seen >= wanted;
}
