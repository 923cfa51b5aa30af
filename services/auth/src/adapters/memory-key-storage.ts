import type { SigningKeyStorage } from '../domain/ports.ts';

export function memoryKeyStorage(): SigningKeyStorage {
  let stored: { text: string; version: string } | undefined;
  let writes = 0;
  return {
    async read() {
      return stored;
    },
    async write(text, replacing) {
      if (stored?.version !== replacing) return false;
      stored = { text, version: String((writes += 1)) };
      return true;
    },
  };
}
