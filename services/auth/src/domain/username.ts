import { domainToUnicode } from 'node:url';

export const USERNAME_LENGTH = { min: 3, max: 254 } as const;

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

interface Username {
  /** As it was typed, trimmed and in NFC: what is shown. */
  readonly typed: string;
  /** What makes two spellings one name. */
  readonly folded: string;
}

export type ParsedUsername =
  | { readonly ok: true; readonly username: Username }
  | { readonly ok: false; readonly refusal: Refusal };

// Control, format, unassigned, white space, and what renders as nothing (U+2800 is an empty braille cell).
// Unassigned code points are out because folding is only stable for assigned ones.
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\s\u2800]/u;

/** An e-mail address or any handle of 3 to 254 code points, nothing in it that cannot be seen, no colon. */
export function parseUsername(text: string): ParsedUsername {
  // Before anything walks the text: folding and normalising may make it longer.
  if (text.length > USERNAME_LENGTH.max * 8) return refuse('too_long');
  const typed = text.normalize('NFC').trim();
  const compatible = typed.normalize('NFKC');
  if (INVISIBLE.test(typed) || INVISIBLE.test(compatible)) return refuse('forbidden_character');
  if (typed.includes(':') || compatible.includes(':')) return refuse('colon');
  const folded = foldUsername(typed);
  if (Array.from(typed).length < USERNAME_LENGTH.min) return refuse('too_short');
  // The fold too: one code point can become 18, and a key has at most 2,048 bytes.
  if (Math.max(Array.from(typed).length, Array.from(folded).length) > USERNAME_LENGTH.max) {
    return refuse('too_long');
  }
  return { ok: true, username: { typed, folded } };
}

/**
 * One key for all spellings of a name: width and form (NFKC), case, and punycode. By way of upper case, because
 * lower case alone keeps apart what differs only in case (σ and ς, ß and SS). Punycode (`xn--`) labels after
 * the last `@` are decoded, so that both spellings of an international domain are one address; the local part
 * keeps its dots and plus signs, which mean something on some mail servers.
 */
export function foldUsername(typed: string): string {
  const folded = foldCase(typed);
  const at = folded.lastIndexOf('@');
  if (at === -1) return folded;
  const labels = folded.slice(at + 1).split(/[.\u3002]/u);
  return `${folded.slice(0, at)}@${labels.map(decodeLabel).join('.')}`;
}

function decodeLabel(label: string): string {
  if (!/^xn--[a-z0-9-]+$/.test(label)) return label;
  const decoded = domainToUnicode(label);
  return decoded === '' ? label : foldCase(decoded);
}

function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

const REFUSALS = {
  too_short: { message: `must have at least ${USERNAME_LENGTH.min} characters` },
  too_long: { message: `must have at most ${USERNAME_LENGTH.max} characters` },
  forbidden_character: {
    message: 'must not hold white space, control, invisible or direction-changing characters',
    hint: 'Use an e-mail address, or a handle without spaces.',
  },
  colon: { message: 'must not hold a colon', hint: 'HTTP Basic separates username and password by it.' },
} as const satisfies Record<string, Omit<Refusal, 'code'>>;

function refuse(code: keyof typeof REFUSALS): ParsedUsername {
  return { ok: false, refusal: { code, ...REFUSALS[code] } };
}
