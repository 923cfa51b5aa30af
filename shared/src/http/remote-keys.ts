import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from '@hono/zod-openapi';
import { fetchDocument } from './fetch-document.ts';

/** Keys this old are read again beside the requests; a removed key is refused within minutes. */
const REFRESH_AFTER_MS = 60_000;
/** And keys this old verify nothing: with what auth itself needs to notice, a removed key ends within ten minutes. */
const MAX_AGE_MS = 9 * 60_000;
/** Between two fetches for unknown ids, or of keys that are still good, whether or not the first succeeded. */
const COOLDOWN_MS = 30_000;
/** Between two fetches while nothing can be verified at all. */
const RETRY_MS = 1_000;

const keySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.literal('RSA'), kid: z.string().min(1), n: z.string(), e: z.string() }))
    .min(1),
});

interface Known {
  readonly resolve: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/**
 * The services' view of auth's public keys. jose's own begins its cooldown only after a fetch that succeeded,
 * so that in an outage every unknown `kid` would cost a request. Keys that are known live through an outage
 * until they are too old; then nothing verifies. One fetch at a time: an older answer cannot undo a newer one.
 */
export function remoteKeys(jwksUrl: string): JWTVerifyGetKey {
  let known: Known | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failure: Error | undefined;
  let fetching: Promise<void> | undefined;

  const usable = () => (known !== undefined && Date.now() - known.fetchedAt < MAX_AGE_MS ? known : undefined);

  async function load(): Promise<void> {
    attemptedAt = Date.now();
    const fetchedAt = attemptedAt;
    try {
      const text = await fetchDocument(jwksUrl, { timeoutMs: 3_000, maxBytes: 100_000 });
      known = { resolve: createLocalJWKSet(keySet.parse(JSON.parse(text))), fetchedAt };
      failure = undefined;
    } catch (error) {
      failure = new Error('the public keys cannot be fetched', { cause: error });
    }
  }

  /** Never rejects; does nothing where the last attempt was too short a time ago. */
  function refresh(cooldownMs: number): Promise<void> {
    // A clock that was set back must not stretch the cooldown.
    const since = Date.now() - attemptedAt;
    if (fetching === undefined && since >= 0 && since < cooldownMs) return Promise.resolve();
    fetching ??= load().finally(() => (fetching = undefined));
    return fetching;
  }

  return async (header, token) => {
    if (usable() === undefined) await refresh(RETRY_MS);
    const keys = usable();
    if (keys === undefined) throw failure ?? new Error('the public keys are not known');
    if (Date.now() - keys.fetchedAt >= REFRESH_AFTER_MS) void refresh(COOLDOWN_MS);
    try {
      return await keys.resolve(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh(COOLDOWN_MS);
      // Nobody can tell a forged id from that of a new key while auth cannot be asked.
      if (failure !== undefined) throw failure;
      const current = usable();
      if (current === undefined || current === keys) throw error;
      return current.resolve(header, token);
    }
  };
}
