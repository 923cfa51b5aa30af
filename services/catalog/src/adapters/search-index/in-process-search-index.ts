import type { SearchIndex } from '../../domain/search/search-index.ts';
import type { Snapshots } from '../../domain/search/snapshot.ts';
import { SearchEngine } from './search-engine.ts';
import { readSnapshot, writeSnapshot } from './snapshot-file.ts';

/** The engine in this very thread: for tests, and for who has no other thread to spare. */
export function inProcessSearchIndex(): SearchIndex & Snapshots {
  let engine = new SearchEngine();
  return {
    async apply(changes) {
      for (const change of changes) engine.apply(change);
    },
    async search(criteria, page) {
      return engine.search(criteria, page);
    },
    isLost: () => false,
    async reset() {
      engine = new SearchEngine();
    },
    snapshot: (seq) => writeSnapshot(engine.state, seq),
    async restore(chunks) {
      engine = new SearchEngine();
      const read = await readSnapshot(chunks);
      if (!read.ok) return read;
      engine = new SearchEngine(read.state);
      return { ok: true, seq: read.seq, documents: engine.documents };
    },
  };
}
