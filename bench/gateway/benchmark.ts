import { fileURLToPath } from 'node:url';
import { freePorts } from '@cairn/infra/local/ports';
import type { Benchmark, BenchContext, Measured } from '../benchmark.ts';
import { closedLoop, type LoadResult } from '../measure/closed-loop.ts';
import { HELLO_SERVER, startServer } from '../measure/start-server.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { percentile } from '../statistics/percentile.ts';

const GATEWAY = fileURLToPath(new URL('../../services/gateway/src/main.ts', import.meta.url));
const PATH = '/v1/assets/hello';
const CLIENTS = 50;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const WARM_UP_SECONDS = 3;

/** A bare Hono server, alone and behind the gateway, by turns; the best round of each counts. */
export const gatewayBenchmark: Benchmark = {
  title: 'a bare server, alone and behind the gateway',
  metrics: [
    { metric: 'gateway_rps', unit: 'req/s' },
    { metric: 'gateway_vs_hello', unit: 'ratio' },
    { metric: 'gateway_p50_ms', unit: 'ms' },
    { metric: 'gateway_p99_ms', unit: 'ms' },
    { metric: 'gateway_failed', unit: 'requests' },
  ],
  run: measureGateway,
};

async function measureGateway({ scope, say }: BenchContext): Promise<Measured[]> {
  const ports = await freePorts();
  const address = (port: number) => `http://127.0.0.1:${port}`;
  const [helloUrl, gatewayUrl] = [address(ports.catalog) + PATH, address(ports.gateway) + PATH];
  await startServer({ entry: HELLO_SERVER, args: [String(ports.catalog)], readyUrl: helloUrl }, scope);
  await startServer(
    {
      entry: GATEWAY,
      env: {
        PORT: String(ports.gateway),
        PUBLIC_URL: address(ports.gateway),
        AUTH_URL: address(ports.catalog),
        CATALOG_URL: address(ports.catalog),
        INGEST_URL: address(ports.catalog),
        RATE_LIMIT_GENERAL: 'off',
      },
      readyUrl: gatewayUrl,
    },
    scope,
  );
  const load = (url: string, seconds: number) => closedLoop({ url, clients: CLIENTS, seconds }, scope);
  for (const url of [helloUrl, gatewayUrl]) await load(url, WARM_UP_SECONDS);

  const round = (name: string, url: string) => async (trial: number) => {
    const result = await load(url, ROUND_SECONDS);
    say(`${name}, round ${trial + 1} of ${ROUNDS}: ${Math.round(result.requestsPerSecond)} req/s`);
    return result;
  };
  const rounds = await inTurns(ROUNDS, round('bare', helloUrl), round('gateway', gatewayUrl));
  const [hello, gateway] = [best(rounds.first), best(rounds.second)];
  const bare = `bare Hono: ${Math.round(hello.requestsPerSecond)} req/s`;
  const latency = (rank: number) => ({
    value: percentile(gateway.latenciesMs, rank),
    reference: `bare Hono: ${percentile(hello.latenciesMs, rank).toFixed(2)} ms`,
    trials: ROUNDS,
  });
  const failed = (results: readonly LoadResult[]) => results.reduce((sum, each) => sum + each.failed, 0);
  return [
    { metric: 'gateway_rps', value: gateway.requestsPerSecond, reference: bare, trials: ROUNDS },
    {
      metric: 'gateway_vs_hello',
      value: gateway.requestsPerSecond / hello.requestsPerSecond,
      reference: bare,
      trials: ROUNDS,
    },
    { metric: 'gateway_p50_ms', ...latency(50) },
    { metric: 'gateway_p99_ms', ...latency(99) },
    {
      metric: 'gateway_failed',
      value: failed(rounds.second),
      reference: `bare Hono: ${failed(rounds.first)} failed`,
      trials: ROUNDS,
    },
  ];
}

function best(rounds: readonly LoadResult[]): LoadResult {
  const [first, ...others] = rounds;
  if (first === undefined) throw new Error('there was no round');
  return others.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a), first);
}
