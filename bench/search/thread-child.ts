import { createReadStream } from 'node:fs';
import { workerSearchIndex } from '../../services/catalog/src/adapters/search-index/worker-search-index.ts';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import { answerRequests } from './answer-requests.ts';
import type { ThreadTimes } from './child-messages.ts';

// The index in its thread, as the catalog has it.
let index: ReturnType<typeof workerSearchIndex> | undefined;

async function restart(file: string): Promise<number> {
  const startedAt = performance.now();
  index = workerSearchIndex();
  const restored = await index.restore(createReadStream(file, { highWaterMark: 2 ** 20 }));
  if (!restored.ok) throw new Error(restored.reason);
  const { total } = await index.search({ tags: [], sort: 'newest' }, { limit: 20 });
  if (total !== restored.documents) throw new Error('not everything came back');
  return (performance.now() - startedAt) / 1_000;
}

async function upserts(assets: number, count: number): Promise<ThreadTimes> {
  if (index === undefined) throw new Error('there is no index yet');
  const random = seeded(4);
  const generate = assetGenerator(random);
  const [putMs, visibleMs]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i += 1) {
    const name = `upserted${i}x`;
    const document = { ...generate.document(Math.floor(random() * assets)), name };
    const startedAt = performance.now();
    await index.apply([{ type: 'put', document }]);
    putMs.push(performance.now() - startedAt);
    // Names one typo away are found as well, after it.
    const { hits } = await index.search({ text: name, tags: [], sort: 'relevance' }, { limit: 1 });
    if (hits[0]?.asin !== document.asin) throw new Error('an upsert cannot be seen');
    visibleMs.push(performance.now() - startedAt);
  }
  return { putMs, visibleMs, rssMb: process.memoryUsage.rss() / 2 ** 20 };
}

answerRequests(async (request) => {
  if (request.type === 'restart') return await restart(request.file);
  if (request.type === 'upserts') return await upserts(request.assets, request.count);
  throw new Error(`${request.type} is another child's`);
});
