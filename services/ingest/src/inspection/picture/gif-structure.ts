const HEADER_BYTES = 13;
const IMAGE_BYTES = 10;
const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * The first frame has a code for every one of its pixels; its decoder shows what is there and leaves the
 * rest empty. Further frames are not looked at: nothing is made of them.
 */
export function isWholeGif(bytes: Buffer): boolean {
  let at = HEADER_BYTES + tableBytes(bytes[10]);
  for (;;) {
    const kind = bytes[at];
    if (kind === EXTENSION) {
      const next = afterBlocks(bytes, at + 2);
      if (next === undefined) return false;
      at = next;
    } else return kind === IMAGE && isWholeFrame(bytes, at);
  }
}

const tableBytes = (packed = 0): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** Where the blocks that begin here have ended. */
function afterBlocks(bytes: Buffer, start: number): number | undefined {
  let at = start;
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    at += 1 + length;
    if (length === 0) return at;
  }
  return undefined;
}

function isWholeFrame(bytes: Buffer, at: number): boolean {
  if (at + IMAGE_BYTES >= bytes.length) return false;
  const pixels = bytes.readUInt16LE(at + 5) * bytes.readUInt16LE(at + 7);
  const codesAt = at + IMAGE_BYTES + tableBytes(bytes[at + 9]);
  const codeBits = bytes[codesAt] ?? 0;
  const end = afterBlocks(bytes, codesAt + 1);
  if (end === undefined || codeBits < 1 || codeBits > 11) return false;
  return countPixels(blocksOf(bytes, codesAt + 1), codeBits, pixels) >= pixels;
}

function* blocksOf(bytes: Buffer, start: number): Generator<Buffer> {
  for (let at = start; ;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return;
    yield bytes.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
}

const MAX_CODES = 4096;

/** LZW without its output: how many pixels each code stands for is enough. Zero for a code that cannot be. */
function countPixels(blocks: Iterable<Buffer>, codeBits: number, enough: number): number {
  const clear = 2 ** codeBits;
  const lengths = new Uint32Array(MAX_CODES).fill(1, 0, clear);
  let [next, bits, previous, pixels, held, heldBits] = [clear + 2, codeBits + 1, 0, 0, 0, 0];
  for (const block of blocks) {
    for (const byte of block) {
      held |= byte << heldBits;
      heldBits += 8;
      while (heldBits >= bits) {
        const code = held & (2 ** bits - 1);
        held >>>= bits;
        heldBits -= bits;
        if (code === clear) {
          [next, bits, previous] = [clear + 2, codeBits + 1, 0];
          continue;
        }
        if (code === clear + 1) return pixels;
        const known = code < clear || (code >= clear + 2 && code < next);
        // A code that is being made just now is the one before and one pixel more.
        if (!known && !(code === next && previous > 0)) return 0;
        if (previous > 0 && next < MAX_CODES) lengths[next++] = previous + 1;
        previous = lengths[code] ?? 0;
        pixels += previous;
        if (pixels >= enough) return pixels;
        if (next === 2 ** bits && bits < 12) bits += 1;
      }
    }
  }
  return pixels;
}
