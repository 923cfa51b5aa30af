import type { SnapshotStore } from '../domain/search/snapshot.ts';

export function memorySnapshotStore(): SnapshotStore {
  const snapshots = new Map<string, readonly Uint8Array[]>();
  return {
    async put(name, chunks) {
      const kept: Uint8Array[] = [];
      for await (const chunk of chunks) kept.push(new Uint8Array(chunk));
      snapshots.set(name, kept);
    },
    async get(name) {
      const chunks = snapshots.get(name);
      if (chunks === undefined) return undefined;
      return (async function* () {
        yield* chunks;
      })();
    },
  };
}
