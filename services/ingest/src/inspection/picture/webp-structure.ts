const HEADER_BYTES = 12;

/** The container is as long as it says, and so is each chunk in it. What comes after is not part of it. */
export function isWholeWebp(bytes: Buffer): boolean {
  const end = bytes.readUInt32LE(4) + 8;
  if (end > bytes.length) return false;
  let at = HEADER_BYTES;
  while (at + 8 <= end) {
    const length = bytes.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  // The padding of an odd last chunk is often left out.
  return at === end || at === end + 1;
}
