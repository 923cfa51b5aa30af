import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { silentLogger } from '@cairn/shared/logging/logger';
import { afterAll, expect, test } from 'vitest';
import { fileKeyStorage } from '../src/adapters/file-key-storage.ts';
import { openKeyStore } from '../src/adapters/stored-key-store.ts';

const COMMAND = fileURLToPath(new URL('../src/commands/auth-keys.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cairn-auth-keys-'));
const file = join(folder, 'keys.json');
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args, '--file', file]);
  return stdout.trim().split('\n');
};

test('list, rotate and remove change the keys that auth runs with, and show nothing private', async () => {
  await expect(run('list')).rejects.toThrow(/start auth once/);
  const keys = await openKeyStore(fileKeyStorage(file), { now: () => new Date(), logger: silentLogger() });
  const { kid } = await keys.signingKey();
  expect(await run('list')).toEqual([
    expect.stringContaining(`current  ${kid}`),
    expect.stringMatching(/^standby/),
  ]);
  await expect(run('rotate')).rejects.toThrow(/--at-once/);
  await expect(run('remove', kid)).rejects.toThrow(/rotate first/);
  expect(await run('rotate', '--at-once')).toHaveLength(3);
  await keys.reload();
  expect((await keys.signingKey()).kid).not.toBe(kid);
  const left = await run('remove', kid);
  expect(left.join()).not.toMatch(/"d"|private/);
  await keys.reload();
  expect((await keys.publicKeys()).map((key) => key.kid)).not.toContain(kid);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  // A kid may begin with a hyphen, and is no option then.
  await expect(run('remove', '-Fn0nL0wIZO71')).rejects.toThrow(/-Fn0nL0wIZO71/);
  await expect(run('remove', '--Fn0nL0wIZO7')).rejects.not.toThrow(/[Uu]nknown option/);
  await expect(run('remove')).rejects.toThrow(/Usage/);
  await expect(run('explode')).rejects.toThrow(/Usage/);
});
