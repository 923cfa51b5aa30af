import { createPeriodicTask, type PeriodicTask } from '@cairn/shared/lifecycle/periodic-task';
import type { Logger } from '@cairn/shared/logging/logger';
import type { KeyStore, SigningKeyStorage } from '../domain/ports.ts';
import {
  generateSigningKeySet,
  parseSigningKeySet,
  SigningKeyError,
  storedKeySetText,
} from './signing-key-set.ts';

export interface StoredKeyStore extends KeyStore {
  /** Reads again what is stored; rejects, and keeps what it knows, when that cannot be read or is unfit. */
  reload(): Promise<void>;
  readonly task: PeriodicTask;
}

/** Of the ten minutes within which a removed key ends, auth takes this one at most. */
const RELOAD_MS = 30_000;

/** Opens the signing keys; makes them on the first start. Rejects with `SigningKeyError` when they are unfit. */
export async function openKeyStore(
  storage: SigningKeyStorage,
  options: { now: () => Date; logger: Logger; reloadMs?: number },
): Promise<StoredKeyStore> {
  const first = (await storage.read()) ?? (await create(storage, options.now()));
  let version = first.version;
  let keys = await parseSigningKeySet(first.text);

  async function reload(): Promise<void> {
    const stored = await storage.read();
    if (stored === undefined) throw new SigningKeyError('the signing keys are gone');
    if (stored.version === version) return;
    keys = await parseSigningKeySet(stored.text);
    version = stored.version;
    const [{ kid }, published] = await Promise.all([keys.signingKey(), keys.publicKeys()]);
    options.logger.info({ kid, published: published.map((key) => key.kid) }, 'the signing keys have changed');
  }

  return {
    reload,
    task: createPeriodicTask({
      name: 'signing keys',
      intervalMs: options.reloadMs ?? RELOAD_MS,
      logger: options.logger,
      run: reload,
    }),
    signingKey: () => keys.signingKey(),
    publicKeys: () => keys.publicKeys(),
  };
}

/** Of two processes that start together one's keys win, for both. */
async function create(storage: SigningKeyStorage, now: Date) {
  await storage.write(storedKeySetText(await generateSigningKeySet(now)), undefined);
  const stored = await storage.read();
  if (stored === undefined) throw new SigningKeyError('the signing keys could not be stored');
  return stored;
}
