import { serve } from '@cairn/shared/http/serve';
import { workerSearchIndex } from '../../services/catalog/src/adapters/search-index/worker-search-index.ts';
import { anAsset } from '../../services/catalog/src/testing/builders.ts';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import { memoryCatalog } from '../../services/catalog/src/testing/memory-catalog.ts';
import { assetRecordOf } from '../../services/catalog/src/testing/asset-record-of.ts';

// The catalog's whole HTTP side with a replica that was given generated assets instead of reading a table:
// started with the port and the number of assets, it listens when they are in it.
const [port, assets] = process.argv.slice(2).map(Number);
const PAGE = 500;

const catalog = memoryCatalog(workerSearchIndex());
await catalog.replica.catchUp();
const generate = assetGenerator(seeded(1));
for (let n = 0; n < (assets ?? 0); n += PAGE) {
  const page = Array.from({ length: PAGE }, (_, i) => anAsset(assetRecordOf(generate.document(n + i))));
  await catalog.replica.take(page);
}
await serve(catalog.app.fetch, { host: '127.0.0.1', port: port ?? 0, ownsProcess: true });
