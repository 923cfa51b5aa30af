import type { SaltStore } from '../domain/downloads/daily-salt.ts';

export function memorySaltStore(): SaltStore & { days(): string[] } {
  const salts = new Map<string, string>();
  return {
    days: () => [...salts.keys()].sort(),
    async agree(day, proposal) {
      const salt = salts.get(day) ?? proposal;
      salts.set(day, salt);
      return salt;
    },
    async forgetBefore(day) {
      for (const each of salts.keys()) if (each < day) salts.delete(each);
    },
  };
}
