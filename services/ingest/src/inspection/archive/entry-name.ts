import { EVERY_HIDDEN_CHARACTER, pathFault, type PathFault } from '@cairn/shared/fields/path-rules';
import { ARCHIVE_LIMITS } from '../../domain/inspecting/archive-limits.ts';
import { Rejected } from '../rejected.ts';

// A name this long cannot become an acceptable one by normalisation, and normalising costs.
const RAW_NAME_BYTES = 4 * ARCHIVE_LIMITS.pathBytes;

const REFUSALS: Readonly<Record<PathFault, Rejected['code']>> = {
  hidden_character: 'archive.name_hidden_characters',
  backslash: 'archive.name_backslash',
  absolute: 'archive.name_escapes',
  climbs: 'archive.name_escapes',
  hidden_separator: 'archive.name_escapes',
  too_long: 'archive.name_too_long',
  too_deep: 'archive.name_too_long',
  reserved_character: 'archive.name_not_portable',
  empty_name: 'archive.name_not_portable',
  trailing_dot_or_space: 'archive.name_not_portable',
  device_name: 'archive.name_not_portable',
};

/** A name for a message: short, and without anything in it that is not seen or changes the rest. */
export function shown(name: string): string {
  const visible = name
    .slice(0, 100)
    .toWellFormed()
    .replace(EVERY_HIDDEN_CHARACTER, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
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
  const fault = pathFault(name);
  if (fault !== undefined) throw new Rejected(REFUSALS[fault], shown(name));
  return name.normalize('NFC');
}
