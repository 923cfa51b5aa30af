import { expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { UserError } from './user-error.ts';

const parse = (...args: string[]) => parseArguments(args, '/repo');

it('keeps everything in .cairn of the repository unless told otherwise', () => {
  expect(parse()).toEqual({
    help: false,
    json: false,
    freePorts: false,
    port: undefined,
    dataDir: '/repo/.cairn',
    env: {},
  });
  expect(parse('--data', '/elsewhere').dataDir).toBe('/elsewhere');
});

it('takes a port and flags in any order', () => {
  expect(parse('--json', '--port', '9000', '--free-ports')).toMatchObject({
    json: true,
    port: 9000,
    freePorts: true,
  });
});

it('takes more variables, whose values may hold anything', () => {
  expect(parse('--env', 'A=1', '--env', 'B_C=x=y z').env).toEqual({ A: '1', B_C: 'x=y z' });
});

it.each([
  ['--port', '0'],
  ['--port', '65536'],
  ['--port', '80a'],
  ['--env', 'a=1'],
  ['--env', 'A'],
  ['--what'],
  ['x'],
])('refuses %s %s in a sentence', (...args) => {
  expect(() => parse(...args)).toThrow(UserError);
});
