import { describe, expect, test } from 'vitest';
import type { PasswordHasher } from '../domain/ports.ts';

/** What every `PasswordHasher` does. */
export function passwordHasherContract(name: string, underTest: () => PasswordHasher): void {
  describe(`password hasher ${name}`, () => {
    const prefix72 = 'x'.repeat(72);

    test.each([
      ['a space in front', ' secret password'],
      ['a space behind', 'secret password '],
      ['mixed case', 'Secret Password'],
      ['emoji', 'secret 🦊 password'],
      ['NUL inside', 'secret\u0000password'],
      ['128 characters of four bytes', '🦊'.repeat(128)],
      ['more than 72 bytes', `${prefix72}a`],
    ])('a password with %s matches exactly', async (_what, password) => {
      const hasher = underTest();
      expect(await hasher.verify(await hasher.hash(password), password)).toBe(true);
    });

    test.each([
      ['trimmed', 'secret password ', 'secret password'],
      ['in another case', 'Secret Password', 'secret password'],
      ['cut at NUL', 'secret\u0000password', 'secret'],
      ['the same in its first 72 bytes', `${prefix72}a`, `${prefix72}b`],
      ['in another Unicode form', 'secret ame\u0301lie', 'secret am\u00e9lie'],
      ['empty', 'secret password', ''],
    ])('a password that is %s does not match', async (_what, password, variant) => {
      const hasher = underTest();
      expect(await hasher.verify(await hasher.hash(password), variant)).toBe(false);
    });

    test('nothing matches where there is no hash', async () => {
      expect(await underTest().verify(undefined, 'secret password')).toBe(false);
    });
  });
}
