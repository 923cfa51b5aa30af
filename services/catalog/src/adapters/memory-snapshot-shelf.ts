import type { SnapshotShelf, StoredSnapshot } from '../domain/replica/snapshot-shelf.ts';
import { memorySnapshotStore } from './memory-snapshot-store.ts';

export function memorySnapshotShelf(): SnapshotShelf {
  const parts = memorySnapshotStore();
  let whole: StoredSnapshot[] = [];
  let written = 0;
  return {
    list: async () => whole,
    async open(name) {
      const records = await parts.get(`${name}/records`);
      const index = await parts.get(`${name}/index`);
      return records && index && { records, index };
    },
    async put(seq, at, { records, index }) {
      written += 1;
      const name = `${seq}-${written}`;
      await Promise.all([parts.put(`${name}/records`, records), parts.put(`${name}/index`, index)]);
      whole = [{ name, seq, at }, ...whole].sort((a, b) => b.seq - a.seq);
    },
    async tidy(kept) {
      whole = whole.slice(0, kept);
    },
  };
}
