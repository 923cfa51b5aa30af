import { identify } from '../identify.ts';

// To tell what exactly these are, they would be opened: milliseconds each, for entries by the thousand.
const NOT_ENTERED = [
  { signature: Buffer.from('PK\x03\x04', 'latin1'), mediaType: 'application/zip' },
  { signature: Buffer.from([0x1f, 0x8b]), mediaType: 'application/gzip' },
  { signature: Buffer.from('ID3', 'latin1'), mediaType: 'audio/mpeg' },
] as const;

const SIGNATURE_BYTES = 4100;

/** The media type of an entry by its first bytes. What is an archive itself is not looked into. */
export async function entryMediaType(head: Buffer): Promise<string> {
  const nested = NOT_ENTERED.find(({ signature }) => head.subarray(0, signature.length).equals(signature));
  if (nested !== undefined) return nested.mediaType;
  const mediaType = await identify(head.subarray(0, SIGNATURE_BYTES));
  // Text has to go on being text.
  return mediaType === 'text/plain' && head.length > SIGNATURE_BYTES ? await identify(head) : mediaType;
}
