/*
 * What a path must be to be held by every desktop system, and which names are one and the same to some of
 * them. The files of an upload and the files in its archives obey the same rules.
 */

/** The bytes of a path in UTF-8, and how many names it may be made of. */
export const PATH_LIMITS = { bytes: 255, depth: 32 } as const;

export type PathFault =
  | 'hidden_character'
  | 'backslash'
  | 'absolute'
  | 'too_long'
  | 'too_deep'
  | 'climbs'
  | 'hidden_separator'
  | 'reserved_character'
  | 'empty_name'
  | 'trailing_dot_or_space'
  | 'device_name';

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/u;
// Joiners and variation selectors stay: scripts and emoji need them.
const HIDDEN = /[[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]--[\u200c\u200d]]/v;
const RESERVED = /[<>:"|?*]/;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(\..*)?$/i;

/** Every character that no path may have because it is not seen. Use it with `replace`. */
export const EVERY_HIDDEN_CHARACTER = new RegExp(`${CONTROL.source}|${HIDDEN.source}`, 'gv');

/** The first rule that a path breaks, told of its form in NFC. */
export function pathFault(name: string): PathFault | undefined {
  if (CONTROL.test(name) || HIDDEN.test(name)) return 'hidden_character';
  if (name.includes('\\')) return 'backslash';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'absolute';

  const path = name.normalize('NFC');
  if (Buffer.byteLength(path) > PATH_LIMITS.bytes) return 'too_long';
  const parts = path.split('/');
  if (parts.length > PATH_LIMITS.depth) return 'too_deep';

  // Some systems map characters to their plain relatives, and then a wide slash separates.
  const plain = path.normalize('NFKC');
  const plainParts = plain.split('/');
  if (plainParts.includes('..')) return 'climbs';
  if (plainParts.length !== parts.length || plain.includes('\\')) return 'hidden_separator';

  if (RESERVED.test(path)) return 'reserved_character';
  if (parts.some((part) => part === '' || part === '.')) return 'empty_name';
  if (parts.some((part) => /[\p{Zs}.]$/u.test(part))) return 'trailing_dot_or_space';
  return plainParts.some((part) => DEVICE.test(part)) ? 'device_name' : undefined;
}

/**
 * The same for all names that some desktop system takes for one: whatever their case, composition, compatible
 * forms and characters that are not seen. Lower case comes first, so that ẞ is ß and with it SS.
 */
export function foldedName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKC');
}
