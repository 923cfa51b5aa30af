import { describe, expect, test } from 'vitest';
import { passwordRefusal } from './password.ts';

describe('passwordRefusal', () => {
  test.each([
    [7, 'too_short'],
    [8, undefined],
    [15, undefined],
    [64, undefined],
    [128, undefined],
    [129, 'too_long'],
    [1_000_000, 'too_long'],
  ])('a password of %i characters is judged by its code points', (length, code) => {
    expect(passwordRefusal('x'.repeat(length))?.code).toBe(code);
    expect(passwordRefusal('🦊'.repeat(length))?.code).toBe(code);
  });

  test('spaces, controls and any script may be in a password', () => {
    expect(passwordRefusal(' ein  Pässwört\u0000 \t')).toBeUndefined();
    expect(passwordRefusal('        ')).toBeUndefined();
  });

  test('a lone surrogate is refused, because UTF-8 cannot tell it from another', () => {
    expect(passwordRefusal('12345678\ud800')?.code).toBe('not_unicode');
  });
});
