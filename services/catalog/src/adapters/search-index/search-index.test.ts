import { afterAll } from 'vitest';
import { searchIndexContract } from '../../contracts/search-index.contract.ts';
import { fts5SearchIndex } from '../../testing/fts5-search-index.ts';
import { inProcessSearchIndex } from './in-process-search-index.ts';
import { workerSearchIndex } from './worker-search-index.ts';

const inThread = workerSearchIndex();
afterAll(() => inThread.close());

searchIndexContract('the engine', inProcessSearchIndex);
searchIndexContract('the engine in its thread', () => {
  void inThread.reset();
  return inThread;
});
searchIndexContract('FTS5, the oracle', fts5SearchIndex);
