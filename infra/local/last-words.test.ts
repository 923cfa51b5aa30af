import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cairn-log-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function wordsOf(...lines: string[]): Promise<string> {
  const file = join(dir, 'x.log');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return lastWords(file);
}

const info = JSON.stringify({ level: 'info', msg: 'listening' });

it('finds the last fatal line, with its error', async () => {
  const fatal = JSON.stringify({
    level: 'fatal',
    msg: 'uncaught exception',
    err: { message: 'no such table' },
  });
  expect(await wordsOf(info, fatal, info)).toBe(' (uncaught exception: no such table)');
});

it('finds an error that ended the process before there was a logger', async () => {
  expect(
    await wordsOf(
      'file:///x.ts:3',
      'throw new ConfigError()',
      '',
      'ConfigError: The environment does not fit:',
      '  PORT is missing',
    ),
  ).toBe(' (ConfigError: The environment does not fit:)');
});

it('says nothing when the log does not', async () => {
  expect(await wordsOf(info)).toBe('');
  expect(await wordsOf()).toBe('');
});
