import { compactVerify, type JWTVerifyGetKey } from 'jose';
import { z } from '@hono/zod-openapi';
import { createPeriodicTask, type PeriodicTask } from '../lifecycle/periodic-task.ts';
import type { Logger } from '../logging/logger.ts';
import { fetchDocument } from './fetch-document.ts';

export const REVOCATIONS_TYPE = 'revocations+jws';
/** The documented bound: whoever has no list younger than this accepts no API key. */
export const REVOCATIONS_MAX_AGE_SECONDS = 600;
/** How far the clocks of auth and of a service may be apart before a list counts as forged. */
const MAX_SKEW_SECONDS = 60;
const MAX_BYTES = 32 * 2 ** 20;
/** Between two tries while the list is missing or too old, and somebody asks. */
const RETRY_MS = 1_000;

/** The signed list, as its payload holds it: ids of API keys, sessions and users. */
export const revocationList = z.object({
  iss: z.string(),
  aud: z.string(),
  /** Epoch seconds: what was revoked before is in the list. */
  iat: z.number().int(),
  revoked: z.array(z.string()),
});

export interface Revocations {
  /** Whether one of the ids is revoked; `unknown` when the list is missing or too old to say that none is. */
  look(ids: readonly string[]): Promise<'revoked' | 'live' | 'unknown'>;
}

export interface RemoteRevocations extends Revocations {
  readonly task: PeriodicTask;
}

export interface RemoteRevocationsOptions {
  url: string;
  keys: JWTVerifyGetKey;
  issuer: string;
  audience: string;
  logger: Logger;
  now?: () => Date;
  intervalMs?: number;
}

/** Follows auth's list. What cannot be read or verified, or is older than what is known, changes nothing. */
export function remoteRevocations(options: RemoteRevocationsOptions): RemoteRevocations {
  const { url, keys, issuer, audience, now = () => new Date() } = options;
  let known: { ids: ReadonlySet<string>; iat: number } | undefined;
  let polling: Promise<void> | undefined;
  let polledAt = Number.NEGATIVE_INFINITY;
  const seconds = () => now().getTime() / 1000;

  async function load(): Promise<void> {
    const text = await fetchDocument(url, { timeoutMs: 5_000, maxBytes: MAX_BYTES });
    const { payload, protectedHeader } = await compactVerify(text.trim(), keys, { algorithms: ['RS256'] });
    if (protectedHeader.typ !== REVOCATIONS_TYPE) throw new Error('not a list of revocations');
    const list = revocationList.parse(JSON.parse(new TextDecoder().decode(payload)));
    if (list.iss !== issuer || list.aud !== audience) throw new Error('a list of revocations for others');
    if (list.iat > seconds() + MAX_SKEW_SECONDS) throw new Error('a list of revocations from the future');
    if (known === undefined || list.iat >= known.iat) known = { ids: new Set(list.revoked), iat: list.iat };
  }

  function poll(): Promise<void> {
    if (polling === undefined) polledAt = performance.now();
    polling ??= load().finally(() => (polling = undefined));
    return polling;
  }

  const isTooOld = () => known === undefined || seconds() - known.iat > REVOCATIONS_MAX_AGE_SECONDS;

  return {
    task: createPeriodicTask({
      name: 'revocations',
      intervalMs: options.intervalMs ?? 30_000,
      logger: options.logger,
      run: poll,
    }),
    async look(ids) {
      // Who has just started, maybe before auth, asks again rather than to refuse a good key.
      if (isTooOld() && (polling !== undefined || performance.now() - polledAt >= RETRY_MS)) {
        await poll().catch(() => undefined);
      }
      if (known !== undefined && ids.some((id) => known?.ids.has(id))) return 'revoked';
      return isTooOld() ? 'unknown' : 'live';
    },
  };
}
