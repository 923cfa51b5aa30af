import { expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

it('takes a name and options in any order', () => {
  expect(parseArguments(['--json', 'upload'])).toEqual({
    name: 'upload',
    json: true,
    record: false,
    help: false,
  });
});

it('lists when nothing is named', () => {
  expect(parseArguments([])).toMatchObject({ name: undefined });
});

it.each([
  [['--fast'], 'fast'],
  [['upload', 'gateway'], 'One benchmark at a time'],
  [['--json'], 'Which benchmark?'],
  [['--record'], 'Which benchmark?'],
])('refuses %j with the usage', (args, reason) => {
  expect(() => parseArguments(args)).toThrow(reason);
  expect(() => parseArguments(args)).toThrow('npm run bench -- NAME');
});
