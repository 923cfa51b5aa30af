import { fileURLToPath } from 'node:url';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { createAwsClients } from '@cairn/infra/aws-clients';
import { awsEnvironment } from '@cairn/infra/local/aws-environment';
import { freePorts } from '@cairn/infra/local/ports';
import { buckets } from '@cairn/infra/resources';
import type { Benchmark, BenchContext, Measured } from '../benchmark.ts';
import { closedLoop, type LoadResult } from '../measure/closed-loop.ts';
import { HELLO_SERVER, startServer } from '../measure/start-server.ts';
import { startBenchProduct } from '../product/bench-product.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { publishAsset } from './publish-asset.ts';

const BARE_DOWNLOADS = fileURLToPath(new URL('bare-downloads.ts', import.meta.url));
/** Not the product's: nobody counts what the bare one sends. */
const BARE_QUEUE = 'bench-downloads';
const CLIENTS = 50;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const WARM_UP_SECONDS = 3;

/** Reading one asset and being granted one download, each beside the least that it could take. */
export const downloadBenchmark: Benchmark = {
  title: 'reading a record, granting a download',
  metrics: [
    { metric: 'record_vs_hello', unit: 'ratio', limit: { atLeast: 0.4 } },
    { metric: 'record_gateway_vs_hello', unit: 'ratio', limit: { atLeast: 0.15 } },
    { metric: 'redirect_vs_limit', unit: 'ratio', limit: { atLeast: 0.8 } },
  ],
  run: measureDownloads,
};

async function measureDownloads(context: BenchContext): Promise<Measured[]> {
  const { scope, say } = context;
  const product = await startBenchProduct(context);
  const asin = await publishAsset(context, product);
  const aws = createAwsClients(product.connection);
  await scope.hold(aws, (each) => each.destroy());
  await aws.sqs.send(new CreateQueueCommand({ QueueName: BARE_QUEUE }));
  const ports = await freePorts();
  const helloUrl = `http://127.0.0.1:${ports.catalog}/`;
  const bareUrl = `http://127.0.0.1:${ports.auth}/`;
  await startServer({ entry: HELLO_SERVER, args: [String(ports.catalog)], readyUrl: helloUrl }, scope);
  await startServer(
    {
      entry: BARE_DOWNLOADS,
      args: [String(ports.auth), buckets.assets.name, BARE_QUEUE],
      env: awsEnvironment(product.connection),
      readyUrl: `${bareUrl}ready`,
    },
    scope,
  );
  const path = `/v1/assets/${asin}`;
  const catalogUrl = product.service('catalog').url;
  const load = (url: string, seconds: number) => closedLoop({ url, clients: CLIENTS, seconds }, scope);
  const round = (name: string, url: string) => async (trial: number) => {
    const result = await load(url, ROUND_SECONDS);
    say(`${name}, round ${trial + 1} of ${ROUNDS}: ${Math.round(result.requestsPerSecond)} req/s`);
    return result;
  };
  const turns = async (names: readonly [string, string], urls: readonly [string, string]) => {
    for (const url of urls) await load(url, WARM_UP_SECONDS);
    return inTurns(ROUNDS, round(names[0], urls[0]), round(names[1], urls[1]));
  };

  const record = await turns(['bare', 'record'], [helloUrl, catalogUrl + path]);
  const gateway = await turns(['bare', 'record behind the gateway'], [helloUrl, product.url + path]);
  const redirect = await turns(['bare redirect', 'redirect'], [bareUrl, `${catalogUrl}${path}/download`]);
  return [
    { metric: 'record_vs_hello', ...ratio(record.second, record.first, 'bare Hono') },
    { metric: 'record_gateway_vs_hello', ...ratio(gateway.second, gateway.first, 'bare Hono') },
    {
      metric: 'redirect_vs_limit',
      ...ratio(redirect.second, redirect.first, 'presigning and the batched send, bare'),
    },
  ];
}

function ratio(ours: readonly LoadResult[], theirs: readonly LoadResult[], name: string) {
  const [own, reference] = [best(ours), best(theirs)];
  return {
    value: own / reference,
    reference: `${name}: ${Math.round(reference)} req/s; ours: ${Math.round(own)} req/s`,
    trials: ROUNDS,
  };
}

const best = (rounds: readonly LoadResult[]): number =>
  Math.max(...rounds.map((each) => each.requestsPerSecond));
