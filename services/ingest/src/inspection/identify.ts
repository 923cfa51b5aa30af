import { fileTypeFromBuffer } from 'file-type';

const OPAQUE = 'application/octet-stream';

/** The media type by content: a known signature, plain text, or opaque bytes. Names and claims do not count. */
export async function identify(head: Uint8Array): Promise<string> {
  const known = await fileTypeFromBuffer(head);
  // An animated PNG is a PNG: who does not know animations sees its first picture.
  if (known !== undefined) return known.mime === 'image/apng' ? 'image/png' : known.mime;
  return looksLikeText(head) ? 'text/plain' : OPAQUE;
}

/** Whether a declared type can be what was found. An opaque claim fits everything, and text holds many types. */
export function fitsDeclaration(declared: string, found: string): boolean {
  const [essence = ''] = declared.toLowerCase().split(';');
  const claim = essence.trim();
  if (claim === OPAQUE || claim === found) return true;
  if (found === OPAQUE) return !KNOWN_BY_SIGNATURE.has(claim);
  if (found === 'text/plain') return !KNOWN_BY_SIGNATURE.has(claim);
  return sameFamily(claim, found);
}

/** Types that always show a signature: content without one is something else. */
const KNOWN_BY_SIGNATURE = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/avif',
  'image/gif',
  'application/zip',
  'application/pdf',
  'application/gzip',
  'model/gltf-binary',
  'audio/mpeg',
  'audio/ogg',
  'video/mp4',
]);

const FAMILIES = [
  [
    'application/zip',
    'application/x-zip-compressed',
    'application/java-archive',
    'application/vnd.android.package-archive',
  ],
  ['application/gzip', 'application/x-gzip', 'application/x-tgz'],
  ['audio/ogg', 'application/ogg', 'audio/vorbis', 'audio/opus', 'video/ogg'],
  ['audio/wav', 'audio/x-wav', 'audio/vnd.wave', 'audio/wave'],
  ['audio/mpeg', 'audio/mp3'],
  ['image/jpeg', 'image/jpg'],
];

function sameFamily(claim: string, found: string): boolean {
  return FAMILIES.some((family) => family.includes(claim) && family.includes(found));
}

function looksLikeText(head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  try {
    // The head may end within a character: `stream` forgives that, and nothing else.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Any of the signatures that a zip can begin with; what is in front of others is refused by its inspector. */
export function isZip(head: Uint8Array): boolean {
  return /^PK(\x03\x04|\x05\x06|\x07\x08)/.test(Buffer.from(head.subarray(0, 4)).toString('latin1'));
}

/** POSIX and GNU tar. Older ones show no signature, and are opaque bytes. */
export function isTar(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar';
}
