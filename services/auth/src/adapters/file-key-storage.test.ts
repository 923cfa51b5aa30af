import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { keyStoreContract } from '../contracts/key-store.contract.ts';
import { NOON } from '../testing/builders.ts';
import { silentLogger } from '@cairn/shared/logging/logger';
import { keyStorageContract } from '../contracts/key-storage.contract.ts';
import { fileKeyStorage } from './file-key-storage.ts';
import { generateSigningKeySet } from './signing-key-set.ts';
import { openKeyStore } from './stored-key-store.ts';

const now = () => new Date(NOON);
const folder = await mkdtemp(join(tmpdir(), 'cairn-keys-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const openFileKeyStore = (path: string, now: () => Date) =>
  openKeyStore(fileKeyStorage(path), { now, logger: silentLogger() });

const shared = await openFileKeyStore(join(folder, 'contract', 'keys.json'), now);
keyStoreContract('in a file', () => shared);

let storages = 0;
keyStorageContract('in a file', () =>
  fileKeyStorage(join(folder, `storage-${(storages += 1)}`, 'keys.json')),
);

const set = await generateSigningKeySet(now());
let count = 0;
let path = '';
beforeEach(() => {
  path = join(folder, `${(count += 1)}`, 'keys.json');
});

/** Writes a file of keys as somebody might have left it. */
async function stored(content: unknown, mode = 0o600): Promise<string> {
  const file = join(folder, `stored-${(count += 1)}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  await chmod(file, mode);
  return file;
}

describe('the file of signing keys', () => {
  test('is made on the first start, for its owner alone, with nothing left beside it', async () => {
    await openFileKeyStore(path, now);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(path, '..'))).toEqual(['keys.json']);
  });

  test('gives the same keys on every start', async () => {
    const first = await openFileKeyStore(path, now);
    const second = await openFileKeyStore(path, now);
    expect(await second.publicKeys()).toEqual(await first.publicKeys());
    expect((await second.signingKey()).kid).toBe((await first.signingKey()).kid);
  });

  test('is made once by processes that start together', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openFileKeyStore(path, now)));
    const kids = await Promise.all(stores.map(async (store) => (await store.signingKey()).kid));
    expect(new Set(kids).size).toBe(1);
    expect(await readdir(join(path, '..'))).toEqual(['keys.json']);
  });

  test.each([0o604, 0o640, 0o644, 0o660, 0o666])('is refused with mode %o', async (mode) => {
    const file = await stored(set, mode);
    await expect(openFileKeyStore(file, now)).rejects.toThrow(/open to others/);
  });

  const [current, standby] = set.keys;
  const jwk = current?.private_jwk;
  test.each([
    ['empty', ''],
    ['cut off', JSON.stringify(set).slice(0, 400)],
    ['another document', { hello: 'world' }],
    ['one key only', { keys: [current] }],
    ['two current keys', { keys: [current, { ...standby, role: 'current' }] }],
    ['no current key', { keys: [{ ...current, role: 'standby' }, standby] }],
    ['one key twice', { keys: [current, { ...current, role: 'standby' }] }],
    ['a foreign id', { keys: [{ ...current, kid: standby?.kid }, standby] }],
    [
      'a private half of another key',
      {
        keys: [
          {
            ...current,
            private_jwk: {
              ...jwk,
              d: standby?.private_jwk.d,
              dp: standby?.private_jwk.dp,
              dq: standby?.private_jwk.dq,
            },
          },
          standby,
        ],
      },
    ],
    ['no private half', { keys: [{ ...current, private_jwk: { ...jwk, d: undefined } }, standby] }],
    [
      'a private half that is no number',
      { keys: [{ ...current, private_jwk: { ...jwk, d: '!' } }, standby] },
    ],
  ])('is refused and left alone with %s, and its content is not told', async (_what, content) => {
    const file = await stored(content);
    const before = await readFile(file, 'utf8');
    const refusal = await openFileKeyStore(file, now).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'SigningKeyError' });
    for (const secret of [jwk?.d, jwk?.p, jwk?.d.slice(0, 12), 'hello']) {
      expect(String((refusal as Error).stack)).not.toContain(secret);
    }
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('is not made where it cannot be read', async () => {
    await expect(openFileKeyStore(folder, now)).rejects.toThrow('EISDIR');
  });
});
