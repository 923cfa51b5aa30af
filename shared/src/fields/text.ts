import { z } from '@hono/zod-openapi';

// Invisible and direction-changing characters let a name look like another one. U+200C, U+200D (joiners in
// scripts and emoji) and the variation selectors stay.
const DECEPTIVE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/u;
const CONTROL_BUT_LAYOUT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;

interface TextRules {
  min: number;
  max: number;
  multiline?: boolean;
}

/**
 * Text that a person typed: well-formed Unicode, normalised to NFC, trimmed, `min` to `max` code points,
 * without control, invisible or direction-changing characters. The first rule that is broken is told.
 */
export function textField({ min, max, multiline = false }: TextRules) {
  const control = multiline ? CONTROL_BUT_LAYOUT : CONTROL;
  const tooLong = {
    error: `must have at most ${max} characters`,
    params: { code: 'text.too_long', hint: `Shorten it to ${max} characters.` },
  };
  return z
    .string()
    .refine((text) => text.length <= max * 4, { ...tooLong, abort: true })
    .refine((text) => text.isWellFormed(), {
      error: 'must be well-formed Unicode',
      params: {
        code: 'text.malformed_unicode',
        hint: 'Send it as UTF-8; half of a surrogate pair is no character.',
      },
      abort: true,
    })
    .refine((text) => !control.test(text), {
      error: 'must not hold control characters',
      params: {
        code: 'text.control_characters',
        hint: multiline
          ? 'Only tabs and line ends may be in it.'
          : 'It is one line: leave tabs and line ends out.',
      },
      abort: true,
    })
    .refine((text) => !DECEPTIVE.test(text), {
      error: 'must not hold invisible or direction-changing characters',
      params: { code: 'text.invisible_characters', hint: 'Type it again instead of pasting it.' },
      abort: true,
    })
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => codePoints(text) >= min, {
      error: `must have at least ${min} characters`,
      params: { code: 'text.too_short', hint: 'White space at its ends does not count.' },
      abort: true,
    })
    .refine((text) => codePoints(text) <= max, { ...tooLong, abort: true });
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
