import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SearchEngine } from '../../services/catalog/src/adapters/search-index/search-engine.ts';
import { writeSnapshot } from '../../services/catalog/src/adapters/search-index/snapshot-file.ts';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import { answerRequests } from './answer-requests.ts';
import type { SearchTimes } from './child-messages.ts';
import { fts5WithColumns, type SearchSide } from './fts5-with-columns.ts';
import { queriesOf, type Query } from './query-sets.ts';

// One side of the comparison as a process of its own: `engine` or `fts5`.
const engine = new SearchEngine();
let tolerant = 0;
const ours: SearchSide = {
  put: (document) => engine.apply({ type: 'put', document }),
  seal() {
    // What merges the thread would do between messages.
    while (engine.maintain(1_000_000));
  },
  search({ criteria, page }: Query) {
    const answer = engine.search(criteria, page);
    if (answer.tolerant) tolerant += 1;
    return answer.total;
  },
};
const side = process.argv[2] === 'fts5' ? fts5WithColumns() : ours;

answerRequests(async (request) => {
  if (request.type === 'build') {
    const generate = assetGenerator(seeded(1));
    for (let n = 0; n < request.assets; n += 1) side.put(generate.document(n));
    return side.seal();
  }
  if (request.type === 'search') {
    tolerant = 0;
    const ms = queriesOf(request.set, request.count).map((query) => {
      const startedAt = performance.now();
      side.search(query);
      return performance.now() - startedAt;
    });
    return { ms, tolerant } satisfies SearchTimes;
  }
  if (request.type !== 'snapshot') throw new Error(`${request.type} is another child's`);
  await pipeline(Readable.from(writeSnapshot(engine.state, 1)), createWriteStream(request.file));
  return process.memoryUsage.rss() / 2 ** 20;
});
