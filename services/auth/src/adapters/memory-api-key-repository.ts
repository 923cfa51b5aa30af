import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeyRepository } from '../domain/ports.ts';

export function memoryApiKeyRepository(): ApiKeyRepository {
  const keys = new Map<string, ApiKey>();
  const find = (userId: string, keyId: string) => {
    const key = keys.get(keyId);
    return key?.user_id === userId ? key : undefined;
  };
  return {
    async create(key) {
      keys.set(key.key_id, key);
    },
    async find(userId, keyId) {
      return find(userId, keyId);
    },
    async list(userId, at) {
      return [...keys.values()].filter(
        (key) => key.user_id === userId && key.expires_at * 1_000 > at.getTime(),
      );
    },
    async revoke(userId, keyId, at) {
      const key = find(userId, keyId);
      if (key !== undefined) keys.set(keyId, { revoked_at: at.toISOString(), ...key });
    },
    async remove(userId, keyId) {
      if (find(userId, keyId) !== undefined) keys.delete(keyId);
    },
    async noteUse(userId, keyId, day) {
      const key = find(userId, keyId);
      if (key !== undefined && (key.last_used_day ?? '') < day) {
        keys.set(keyId, { ...key, last_used_day: day });
      }
    },
  };
}
