import { fileURLToPath } from 'node:url';
import { freePorts } from '@cairn/infra/local/ports';
import { assetGenerator, seeded } from '../../services/catalog/src/testing/generated-assets.ts';
import type { BenchContext, Measured } from '../benchmark.ts';
import type { LoadResult } from '../measure/closed-loop.ts';
import { startServer } from '../measure/start-server.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median, percentile } from '../statistics/percentile.ts';
import { queriesOf } from './query-sets.ts';
import { searchPath } from './search-paths.ts';
import { startChild, type Child } from './start-child.ts';

const SERVER = fileURLToPath(new URL('catalog-server.ts', import.meta.url));
const ASSETS = 100_000;
const LOADED_WITHIN_MS = 240_000;
const SEARCHERS = 10;
/** As many as search; and two, who hardly wait for each other, so that whatever comes between is most of their time. */
const READERS = [10, 2] as const;
const TRIALS = 5;
const SECONDS = 4;

/** Ten clients that search without a pause, and what that does to who reads single assets meanwhile. */
export async function measureHttp({ scope, say }: BenchContext): Promise<Measured[]> {
  say(`HTTP: loading ${ASSETS} assets`);
  const port = (await freePorts()).catalog;
  const url = `http://127.0.0.1:${port}`;
  const readyUrl = `${url}/v1/assets?limit=1`;
  const args = [String(port), String(ASSETS)];
  await startServer({ entry: SERVER, args, readyUrl, readyWithinMs: LOADED_WITHIN_MS }, scope);

  const queries = [...queriesOf('text', 200), ...queriesOf('text_facets', 200)].map(searchPath);
  const { asinOf } = assetGenerator(seeded(1));
  const reads = Array.from({ length: 500 }, (_, i) => `/v1/assets/${asinOf((i * 197) % ASSETS)}`);
  const searchers = await startChild('load-child', [], scope);
  const readers = await startChild('load-child', [], scope);
  const load = (child: Child, paths: readonly string[], clients: number) =>
    child.ask<LoadResult>({ type: 'load', url, paths, clients, seconds: SECONDS });
  const search = () => load(searchers, queries, SEARCHERS);
  const read = (clients: number) => load(readers, reads, clients);

  for (const warmUp of [search, () => read(READERS[0])]) await warmUp();
  const searches: LoadResult[] = [];
  const turns = async (clients: number) => {
    say(`HTTP: ${SEARCHERS} clients search, alone and while ${clients} read, ${TRIALS} times ${SECONDS} s`);
    const rounds = await inTurns(
      TRIALS,
      async () => sound('reading', await read(clients)),
      async () => {
        searches.push(sound('searching', await search()));
        const [beside, reading] = await Promise.all([search(), read(clients)]);
        sound('searching', beside);
        return sound('reading', reading);
      },
    );
    return { idle: rounds.first, busy: rounds.second };
  };
  const [many, two] = [await turns(READERS[0]), await turns(READERS[1])];
  return [
    {
      metric: 'search_http_rps_100k',
      value: rate(searches),
      reference: `p99 of a search ${p99(searches).toFixed(1)} ms; reads, ${READERS[0]} clients: ${rate(many.idle).toFixed(0)} req/s`,
      trials: searches.length,
    },
    { metric: 'read_p99_under_search', ...slowed(many) },
    { metric: 'read_p99_under_search_2_clients', ...slowed(two) },
  ];
}

const p99 = (results: readonly LoadResult[]) =>
  median(results.map((each) => percentile(each.latenciesMs, 99)));
const rate = (results: readonly LoadResult[]) => median(results.map((each) => each.requestsPerSecond));

function slowed({ idle, busy }: Record<'idle' | 'busy', readonly LoadResult[]>) {
  return {
    value: p99(busy) / p99(idle),
    reference: `GET /v1/assets/{asin} idle: ${p99(idle).toFixed(2)} ms; under search: ${p99(busy).toFixed(2)} ms at ${rate(busy).toFixed(0)} req/s`,
    trials: busy.length,
  };
}

function sound(what: string, result: LoadResult): LoadResult {
  if (result.failed === 0) return result;
  throw new Error(`${result.failed} of ${result.latenciesMs.length} requests failed while ${what}`);
}
