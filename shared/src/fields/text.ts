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
 * without control, invisible or direction-changing characters.
 */
export function textField({ min, max, multiline = false }: TextRules) {
  const control = multiline ? CONTROL_BUT_LAYOUT : CONTROL;
  return z
    .string()
    .max(max * 4, { error: `must have at most ${max} characters` })
    .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true })
    .refine((text) => !control.test(text), { error: 'must not hold control characters' })
    .refine((text) => !DECEPTIVE.test(text), {
      error: 'must not hold invisible or direction-changing characters',
    })
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => codePoints(text) >= min, { error: `must have at least ${min} characters` })
    .refine((text) => codePoints(text) <= max, { error: `must have at most ${max} characters` });
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
