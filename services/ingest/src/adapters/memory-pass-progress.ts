import type { PassProgress, Place } from '../domain/orphans/slow-pass.ts';

/** The twin of the DynamoDB items for unit tests. */
export function memoryPassProgress(): PassProgress {
  const places = new Map<string, Place>();
  return {
    async find(pass) {
      return places.get(pass);
    },
    async keep(pass, place) {
      places.set(pass, place);
    },
  };
}
