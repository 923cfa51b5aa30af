import { isCommonPassword } from './common-password.ts';
import type { Refusal } from './username.ts';

/** In code points. As none takes more than 4 bytes in UTF-8, at most 512 bytes are ever hashed. */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

/**
 * Why a password cannot be one, or undefined. A password is opaque: every character counts, as it was sent,
 * and no normalisation is applied, so é typed as one code point and as two are different passwords.
 */
export function passwordRefusal(password: string): Refusal | undefined {
  // A code point has at most two UTF-16 units: what is longer is refused without being walked.
  if (password.length > PASSWORD_LENGTH.max * 2) return TOO_LONG;
  const length = Array.from(password).length;
  if (length > PASSWORD_LENGTH.max) return TOO_LONG;
  if (length < PASSWORD_LENGTH.min) return TOO_SHORT;
  // UTF-8 has one replacement for all lone surrogates: different passwords would have one hash.
  return password.isWellFormed() ? undefined : NOT_UNICODE;
}

/** What a password must fulfil besides to become one; those that were chosen before may still sign in. */
export function newPasswordRefusal(password: string): Refusal | undefined {
  return passwordRefusal(password) ?? (isCommonPassword(password) ? TOO_COMMON : undefined);
}

const TOO_SHORT: Refusal = {
  code: 'too_short',
  message: `must have at least ${PASSWORD_LENGTH.min} characters`,
};
const TOO_LONG: Refusal = {
  code: 'too_long',
  message: `must have at most ${PASSWORD_LENGTH.max} characters`,
};
const NOT_UNICODE: Refusal = { code: 'not_unicode', message: 'must be well-formed Unicode' };
const TOO_COMMON: Refusal = {
  code: 'too_common',
  message: 'must not be one of the commonest passwords',
  hint: 'A few unrelated words make a good one.',
};
