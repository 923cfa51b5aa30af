import type { IdempotencyStore } from '../domain/ports.ts';

interface Entry {
  fingerprint: string;
  attempt: string;
  done: boolean;
  until: string;
  keptUntil: Date;
}

const KEEP_MS = 86_400_000;

/** The twin of the DynamoDB store for unit tests; both pass idempotency-store.contract.ts. */
export function memoryIdempotencyStore(): IdempotencyStore {
  const entries = new Map<string, Entry>();
  const id = (userId: string, key: string) => JSON.stringify([userId, key]);

  return {
    async begin(userId, key, { fingerprint, uploadId, now, until }) {
      const found = entries.get(id(userId, key));
      const keptUntil = new Date(Date.parse(now) + KEEP_MS);
      const own = { fingerprint, attempt: uploadId, done: false, until, keptUntil };
      if (found === undefined || found.keptUntil <= new Date(now)) {
        entries.set(id(userId, key), own);
        return { outcome: 'begun', abandonedUploadId: found?.done === false ? found.attempt : undefined };
      }
      if (found.fingerprint !== fingerprint) return { outcome: 'other_body' };
      if (found.done) return { outcome: 'done', uploadId: found.attempt };
      if (found.until > now) return { outcome: 'in_progress' };
      entries.set(id(userId, key), own);
      return { outcome: 'begun', abandonedUploadId: found.attempt };
    },
    async finish(userId, key, uploadId) {
      const found = entries.get(id(userId, key));
      if (found?.attempt !== uploadId) return false;
      found.done = true;
      return true;
    },
    async forget(userId, key, uploadId) {
      if (entries.get(id(userId, key))?.attempt === uploadId) entries.delete(id(userId, key));
    },
    async ofUser(userId, now) {
      return [...entries]
        .filter(([known, { keptUntil }]) => isOf(userId, known) && keptUntil > now)
        .map(([, { attempt, done, keptUntil }]) => ({
          uploadId: attempt,
          state: done ? 'done' : 'in_progress',
          keptUntil,
        }));
    },
    async forgetUser(userId) {
      for (const known of entries.keys()) {
        if (isOf(userId, known)) entries.delete(known);
      }
    },
  };
}

const isOf = (userId: string, known: string) => (JSON.parse(known) as [string])[0] === userId;
