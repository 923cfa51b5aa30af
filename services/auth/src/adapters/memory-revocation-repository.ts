import type { RevocationRepository } from '../domain/ports.ts';

export function memoryRevocationRepository(): RevocationRepository {
  const ends = new Map<string, number>();
  return {
    async add(id, until) {
      ends.set(id, until.getTime());
    },
    async list(at) {
      return [...ends].filter(([, end]) => end > at.getTime()).map(([id]) => id);
    },
  };
}
