import type { NameClaimRepository } from '../domain/ports.ts';
import type { NameClaim } from '../domain/user.ts';

export function memoryNameClaims(): NameClaimRepository {
  const claims = new Map<string, NameClaim>();
  return {
    async find(name) {
      return claims.get(name);
    },

    async claim(claim, replacing) {
      const holder = claims.get(claim.name);
      const asRead =
        holder?.user_id === replacing?.user_id &&
        holder?.claimed_at === replacing?.claimed_at &&
        holder?.state === replacing?.state;
      if (holder !== undefined && !asRead) return holder;
      claims.set(claim.name, claim);
      return claim;
    },

    async confirm(name, userId) {
      const holder = claims.get(name);
      if (holder?.user_id !== userId) return false;
      claims.set(name, { ...holder, state: 'confirmed' });
      return true;
    },

    async release(name, userId) {
      if (claims.get(name)?.user_id === userId) claims.delete(name);
    },
  };
}
