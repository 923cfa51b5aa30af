import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { workerSearchIndex } from './worker-search-index.ts';

/** Of each thread of this process; the number of one that has ended since is left out. */
function priorities(): Map<string, number> {
  const entries = readdirSync('/proc/self/task').flatMap((thread): [string, number][] => {
    try {
      return [[thread, getPriority(Number(thread))]];
    } catch {
      return [];
    }
  });
  return new Map(entries);
}

it.skipIf(process.platform !== 'linux')(
  'the thread of an index gives way to all others (where threads have priorities: on Linux)',
  async () => {
    const before = priorities();
    const index = workerSearchIndex();
    await index.search({ tags: [], sort: 'name' }, { limit: 1 });
    const own = getPriority(process.pid);
    const started = [...priorities()].filter(([thread]) => !before.has(thread));
    const lowered = started.filter(([, priority]) => priority > own);
    expect(lowered.map(([, priority]) => priority)).toContain(own + 5);
    expect(getPriority(process.pid)).toBe(before.get(String(process.pid)));
    await index.close();
  },
);
