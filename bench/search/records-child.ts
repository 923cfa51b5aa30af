import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { memoryAssetRepository } from '../../services/catalog/src/adapters/memory-asset-repository.ts';
import { createVocabulary } from '../../services/catalog/src/domain/browse/vocabulary.ts';
import { createReplica } from '../../services/catalog/src/domain/replica/replica.ts';
import { anAsset } from '../../services/catalog/src/testing/builders.ts';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import { answerRequests } from './answer-requests.ts';
import { assetRecordOf } from '../../services/catalog/src/testing/asset-record-of.ts';
import { logWithOneChange } from './log-with-one-change.ts';

const PAGE = 500;

/** The index's part of the snapshot is written by who has the index. */
const noIndex = {
  apply: async () => undefined,
  search: async () => ({ hits: [], total: 0, tolerant: false, facets: {} }),
  isLost: () => false,
  reset: async () => undefined,
  restore: async () => ({ ok: false, reason: 'torn' }) as const,
  snapshot: () => Readable.from([]),
};

// The records' part of a snapshot, of the same assets that the engine has.
answerRequests(async (request) => {
  if (request.type !== 'records') throw new Error(`${request.type} is another child's`);
  const replica = createReplica({
    assets: memoryAssetRepository(),
    changes: await logWithOneChange(),
    index: noIndex,
    now: () => new Date(),
    views: { vocabulary: createVocabulary() },
  });
  await replica.catchUp();
  const generate = assetGenerator(seeded(1));
  for (let n = 0; n < request.assets; n += PAGE) {
    const page = Array.from({ length: PAGE }, (_, i) => anAsset(assetRecordOf(generate.document(n + i))));
    await replica.take(page);
  }
  const captured = replica.capture();
  if (captured === undefined) throw new Error('it cannot be captured');
  await pipeline(Readable.from(captured.records), createWriteStream(request.file));
  return undefined;
});
