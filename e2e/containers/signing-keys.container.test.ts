import { openKeyStore } from '@cairn/auth/src/adapters/stored-key-store.ts';
import { signingKeyStorage } from '@cairn/auth/src/compose-keys.ts';
import { keyStorageContract } from '@cairn/auth/src/contracts/key-storage.contract.ts';
import { newId } from '@cairn/shared/ids';
import { silentLogger } from '@cairn/shared/logging/logger';
import { expect, it } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';

describeOnEmulator('signing keys in Secrets Manager', () => {
  const aStorage = () =>
    signingKeyStorage({
      SIGNING_KEYS_FILE: undefined,
      SIGNING_KEYS_SECRET: `signing-keys/${newId('token')}`,
    });

  keyStorageContract('of the emulator', aStorage);

  it('two processes that start together make one set of keys, which both sign with', async () => {
    const storage = aStorage();
    const options = { now: () => new Date(), logger: silentLogger() };
    const [one, other] = await Promise.all([openKeyStore(storage, options), openKeyStore(storage, options)]);
    expect((await other.signingKey()).kid).toBe((await one.signingKey()).kid);
    expect(await other.publicKeys()).toEqual(await one.publicKeys());
    expect(await one.publicKeys()).toHaveLength(2);
  });
});
