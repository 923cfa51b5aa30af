const encoder = new TextEncoder();
let scratch = new Uint8Array(4_096);

/** The bytes of the text encoded last: valid until the next call, from 0 to the length that it returned. */
export const encodedBytes = (): Uint8Array => scratch;

/** Encodes as UTF-8 into `encodedBytes()`; UTF-8 sorts by code point. */
export function encodeText(text: string): number {
  if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 4);
  const bytes = scratch;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encodeInto(text, bytes).written;
    bytes[i] = unit;
  }
  return text.length;
}

export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** FNV-1a with a final mix, so that high and low bits are both of use. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i += 1) hash = withByte(hash, bytes[i] as number);
  return mixed(hash);
}

/** What `hashBytes` is made of, for who has the bytes one by one. */
export const HASH_SEED = 0x811c9dc5;
export const withByte = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
export function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
