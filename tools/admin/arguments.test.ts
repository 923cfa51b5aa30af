import { expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

it('grants administrators unless told otherwise, and revokes to a user', () => {
  expect(parseArguments(['grant', 'mara'])).toMatchObject({
    command: 'set',
    username: 'mara',
    role: 'admin',
  });
  expect(parseArguments(['grant', 'mara', '--role', 'moderator', '--reason', 'Helps.'])).toMatchObject({
    role: 'moderator',
    reason: 'Helps.',
  });
  expect(parseArguments(['revoke', 'mara'])).toMatchObject({ role: 'user' });
  expect(parseArguments(['list'])).toMatchObject({ command: 'list', table: 'users' });
});

it.each([
  [[]],
  [['grant']],
  [['grant', 'mara', 'lena']],
  [['grant', 'mara', '--role', 'owner']],
  [['revoke', 'mara', '--role', 'admin']],
  [['list', 'mara']],
  [['grant', 'mara', '--port', 'x']],
  [['grant', 'mara', '--force']],
])('refuses %j with a sentence', (args) => {
  expect(() => parseArguments(args)).toThrow(UsageError);
});
