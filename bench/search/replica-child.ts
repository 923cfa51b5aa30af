import { createReadStream } from 'node:fs';
import { memoryAssetRepository } from '../../services/catalog/src/adapters/memory-asset-repository.ts';
import { workerSearchIndex } from '../../services/catalog/src/adapters/search-index/worker-search-index.ts';
import { createVocabulary } from '../../services/catalog/src/domain/browse/vocabulary.ts';
import { createReplica } from '../../services/catalog/src/domain/replica/replica.ts';
import { answerRequests } from './answer-requests.ts';
import type { ReplicaStart } from './child-messages.ts';
import { logWithOneChange, ONLY_CHANGE } from './log-with-one-change.ts';

const read = (file: string) => createReadStream(file, { highWaterMark: 2 ** 20 });

// A whole replica, as the catalog has one: records, vocabulary and the index in its thread.
answerRequests(async (request) => {
  if (request.type !== 'replica') throw new Error(`${request.type} is another child's`);
  const { assets, records, index: indexFile } = request;
  const changes = await logWithOneChange();
  const startedAt = performance.now();
  const index = workerSearchIndex();
  const vocabulary = createVocabulary();
  const replica = createReplica({
    assets: memoryAssetRepository(),
    changes,
    index,
    shelf: {
      list: async () => [{ name: 'the only one', seq: ONLY_CHANGE, at: new Date() }],
      open: async () => ({ records: read(records), index: read(indexFile) }),
    },
    onSnapshotRefused: (_, reason) => {
      throw new Error(`the snapshot is ${reason}`);
    },
    now: () => new Date(),
    views: { vocabulary },
  });
  await replica.catchUp();
  const { total, hits } = await index.search({ tags: [], sort: 'newest' }, { limit: 20 });
  const shown = hits.filter(({ asin }) => replica.get(asin) !== undefined);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (total !== assets || shown.length !== 20 || vocabulary.tags().length === 0) {
    throw new Error('not everything came back');
  }
  return { seconds, rssMb: process.memoryUsage.rss() / 2 ** 20 } satisfies ReplicaStart;
});
