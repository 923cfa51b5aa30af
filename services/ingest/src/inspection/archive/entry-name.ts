import { ARCHIVE_LIMITS } from '../../domain/inspecting/archive-limits.ts';
import { Rejected } from '../rejected.ts';

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/u;
// Joiners and variation selectors stay, as they do in the paths of an upload: scripts and emoji need them.
const HIDDEN = /[[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]--[\u200c\u200d]]/v;
const EVERY_HIDDEN = new RegExp(`${CONTROL.source}|${HIDDEN.source}`, 'gv');
const RESERVED = /[<>:"|?*]/;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(\..*)?$/i;

// A name this long cannot become an acceptable one by normalisation, and normalising costs.
const RAW_NAME_BYTES = 4 * ARCHIVE_LIMITS.pathBytes;

/** A name for a message: short, and without anything in it that is not seen or changes the rest. */
export function shown(name: string): string {
  const visible = name
    .slice(0, 100)
    .toWellFormed()
    .replace(EVERY_HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return `"${visible}${name.length > 100 ? '...' : ''}"`;
}

/** Bytes of a name as UTF-8, which is what every system can agree on, flagged as such or not. */
export function decodeName(bytes: Uint8Array): string {
  if (bytes.length > RAW_NAME_BYTES) throw new Rejected('archive.name_too_long', `${bytes.length} bytes`);
  try {
    // A byte order mark stays, to be refused as an invisible character.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Rejected('archive.name_encoding', shown(new TextDecoder().decode(bytes)));
  }
}

/** The path of an entry in NFC. Rejects what leads outside, or what some desktop system cannot hold. */
export function checkedPath(name: string): string {
  const refuse = (code: Rejected['code']): never => {
    throw new Rejected(code, shown(name));
  };
  if (CONTROL.test(name) || HIDDEN.test(name)) refuse('archive.name_hidden_characters');
  if (name.includes('\\')) refuse('archive.name_backslash');
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) refuse('archive.name_escapes');

  const path = name.normalize('NFC');
  if (Buffer.byteLength(path) > ARCHIVE_LIMITS.pathBytes) refuse('archive.name_too_long');
  const parts = path.split('/');
  if (parts.length > ARCHIVE_LIMITS.pathDepth) refuse('archive.name_too_long');

  // Some systems map characters to their plain relatives, and then a wide slash separates.
  const plain = path.normalize('NFKC');
  const plainParts = plain.split('/');
  if (plainParts.includes('..') || plainParts.length !== parts.length || plain.includes('\\')) {
    refuse('archive.name_escapes');
  }
  const portable = !RESERVED.test(path) && parts.every(isPortable) && !plainParts.some(isDevice);
  if (!portable) refuse('archive.name_not_portable');
  return path;
}

function isPortable(part: string): boolean {
  return part !== '' && part !== '.' && !/[\p{Zs}.]$/u.test(part);
}

function isDevice(part: string): boolean {
  return DEVICE.test(part);
}
