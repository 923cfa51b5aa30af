import type { IdempotencyStore } from '../domain/ports.ts';

interface Entry {
  fingerprint: string;
  attempt: string;
  done: boolean;
  until: string;
}

/** The twin of the DynamoDB store for unit tests; both pass idempotency-store.contract.ts. */
export function memoryIdempotencyStore(): IdempotencyStore {
  const entries = new Map<string, Entry>();
  const id = (userId: string, key: string) => JSON.stringify([userId, key]);

  return {
    async begin(userId, key, { fingerprint, uploadId, now, until }) {
      const found = entries.get(id(userId, key));
      const own = { fingerprint, attempt: uploadId, done: false, until };
      if (found === undefined) {
        entries.set(id(userId, key), own);
        return { outcome: 'begun', abandonedUploadId: undefined };
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
    async forgetUser(userId) {
      for (const known of entries.keys()) {
        if ((JSON.parse(known) as [string])[0] === userId) entries.delete(known);
      }
    },
  };
}
