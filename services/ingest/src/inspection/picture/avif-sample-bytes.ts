/**
 * Bytes of samples for each pixel of an AVIF: 1.5 for 8 bit 4:2:0, 8 for more than 8 bit 4:4:4 with alpha. Of
 * several images in it the most; undefined when none of them says how it is coded.
 */
export function avifSampleBytes(bytes: Buffer, hasAlpha: boolean): number | undefined {
  const meta = metaBox(bytes);
  let most: number | undefined;
  for (let at = meta.indexOf('av1C'); at >= 0; at = meta.indexOf('av1C', at + 4)) {
    const coding = meta[at + 6];
    if (coding !== undefined) most = Math.max(most ?? 0, sampleBytes(coding, hasAlpha));
  }
  return most;
}

/** By the third byte of an AV1CodecConfigurationRecord. Grey is said to be 4:2:0, and held like it. */
function sampleBytes(coding: number, hasAlpha: boolean): number {
  const [deep, halfWidth, halfHeight] = [0x40, 0x08, 0x04].map((bit) => (coding & bit) !== 0);
  const chroma = 2 / ((halfWidth ? 2 : 1) * (halfHeight ? 2 : 1));
  return (1 + chroma + (hasAlpha ? 1 : 0)) * (deep ? 2 : 1);
}

function metaBox(bytes: Buffer): Buffer {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'meta') return bytes.subarray(at, at + length);
    // Zero is "to the end", one a length of 64 bit: neither is in front of a meta box that is of use.
    if (length < 8) break;
    at += length;
  }
  return bytes.subarray(0, 0);
}
