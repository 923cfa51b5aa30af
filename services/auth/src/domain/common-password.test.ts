import { expect, test } from 'vitest';
import common from './common-passwords.json' with { type: 'json' };
import { newPasswordRefusal, passwordRefusal } from './password.ts';

const all = common.passwords.flatMap((line) => line.split(' '));

test('the list holds 3,000 different passwords that the length alone would allow', () => {
  expect(new Set(all).size).toBe(3_000);
  for (const password of all) expect(passwordRefusal(password)).toBeUndefined();
});

test('each of them is refused, in any case', () => {
  for (const password of all) {
    expect(newPasswordRefusal(password)?.code).toBe('too_common');
    expect(newPasswordRefusal(password.toUpperCase())?.code).toBe('too_common');
  }
});

test.each(['cairn-2026', 'CairnCairn', '!!cairn!!', 'Cairn12345'])(
  'so is the name of the product: %s',
  (password) => {
    expect(newPasswordRefusal(password)?.code).toBe('too_common');
  },
);

test.each([
  'correct horse battery staple',
  '        ',
  '🦊🦊🦊🦊🦊🦊🦊🦊',
  'my cairn on the hill',
  'password of mine',
])('others are taken as they are: %j', (password) => {
  expect(newPasswordRefusal(password)).toBeUndefined();
});
