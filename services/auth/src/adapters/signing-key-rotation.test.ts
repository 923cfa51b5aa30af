import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import { silentLogger } from '@cairn/shared/logging/logger';
import { describe, expect, test } from 'vitest';
import { NOON } from '../testing/builders.ts';
import { joseTokenIssuer, storedPublicKeys } from './jose-tokens.ts';
import { memoryKeyStorage } from './memory-key-storage.ts';
import { changeStoredKeys, rotated, STANDBY_KNOWN_AFTER_MS, withoutKey } from './signing-key-rotation.ts';
import { parseStoredKeySet } from './signing-key-set.ts';
import { openKeyStore } from './stored-key-store.ts';

const noon = new Date(NOON);
const later = new Date(noon.getTime() + STANDBY_KNOWN_AFTER_MS);
const token = { issuer: 'https://cairn.test', audience: 'cairn' };

async function running() {
  const storage = memoryKeyStorage();
  const keys = await openKeyStore(storage, { now: () => noon, logger: silentLogger() });
  const issue = joseTokenIssuer({ keys, ...token });
  const verify = createTokenVerifier({ keys: storedPublicKeys(keys), ...token, now: () => noon });
  const iat = noon.getTime() / 1_000;
  return {
    storage,
    keys,
    verify,
    issue: () =>
      issue({ sub: 'u', username: 'u', sid: 's', scope: 'account', jti: 'j', iat, exp: iat + 600 }),
    roles: async () =>
      parseStoredKeySet((await storage.read())?.text ?? '').keys.map(({ kid, role }) => [role, kid]),
  };
}

describe('a rotation of the signing keys', () => {
  test('lets the published standby sign, with another standby beside it, and keeps what has signed', async () => {
    const { storage, keys, issue, verify, roles } = await running();
    const before = await issue();
    const published = (await keys.publicKeys()).map((key) => key.kid);
    const old = (await keys.signingKey()).kid;
    await changeStoredKeys(storage, (set) => rotated(set, later));
    expect((await keys.signingKey()).kid).toBe(old);
    await keys.reload();
    const { kid } = await keys.signingKey();
    expect(published).toContain(kid);
    expect(kid).not.toBe(old);
    expect((await roles()).map(([role]) => role)).toEqual(['retired', 'current', 'standby']);
    for (const each of [before, await issue()])
      await expect(verify(each)).resolves.toMatchObject({ userId: 'u' });
  });

  test('waits until the standby is known to everybody, unless it must be at once', async () => {
    const { storage } = await running();
    await expect(changeStoredKeys(storage, (set) => rotated(set, noon))).rejects.toThrow(/ten minutes/);
    await changeStoredKeys(storage, (set) => rotated(set, noon, { atOnce: true }));
  });

  test('of two at once the second one sees the first', async () => {
    const { storage, roles } = await running();
    await Promise.all(
      [1, 2].map(() => changeStoredKeys(storage, (set) => rotated(set, later, { atOnce: true }))),
    );
    expect((await roles()).map(([role]) => role)).toEqual(['retired', 'retired', 'current', 'standby']);
  });
});

describe('a removed key', () => {
  test('verifies nothing any more once it was noticed', async () => {
    const { storage, keys, issue, verify } = await running();
    const stolen = await issue();
    const { kid } = await keys.signingKey();
    await changeStoredKeys(storage, (set) => rotated(set, later));
    await changeStoredKeys(storage, (set) => withoutKey(set, kid, later));
    await keys.reload();
    await expect(verify(stolen)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await expect(verify(await issue())).resolves.toBeDefined();
  });

  test('is never the one that signs, and a standby always stays', async () => {
    const { storage, keys, roles } = await running();
    const { kid } = await keys.signingKey();
    await expect(changeStoredKeys(storage, (set) => withoutKey(set, kid, noon))).rejects.toThrow(/rotate/);
    await expect(changeStoredKeys(storage, (set) => withoutKey(set, 'x', noon))).rejects.toThrow(
      /no signing/,
    );
    const standby = (await keys.publicKeys()).find((key) => key.kid !== kid)?.kid ?? '';
    await changeStoredKeys(storage, (set) => withoutKey(set, standby, noon));
    const left = await roles();
    expect(left.map(([role]) => role)).toEqual(['current', 'standby']);
    expect(left.map(([, each]) => each)).not.toContain(standby);
  });
});

test('a store that becomes unfit is refused, and what was known goes on', async () => {
  const { storage, keys, issue, verify } = await running();
  await storage.write('{}', (await storage.read())?.version);
  await expect(keys.reload()).rejects.toThrow(/expected form/);
  await expect(verify(await issue())).resolves.toBeDefined();
});
