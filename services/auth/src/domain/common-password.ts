import common from './common-passwords.json' with { type: 'json' };

const COMMON = new Set(common.passwords.flatMap((line) => line.split(' ')));

/** What somebody who guesses tries first here. */
const PRODUCT = 'cairn';

/** The commonest ones in any case, and the product's name with nothing but digits and signs around it. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  if (COMMON.has(lower)) return true;
  const letters = lower.replaceAll(/[^\p{L}]/gu, '');
  return letters !== '' && letters.replaceAll(PRODUCT, '') === '';
}
