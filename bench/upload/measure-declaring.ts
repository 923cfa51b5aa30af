import { randomBytes } from 'node:crypto';
import type { BenchContext, Measured } from '../benchmark.ts';
import { closedLoop, type LoadResult } from '../measure/closed-loop.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { signUp } from '../product/sign-up.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median, percentile } from '../statistics/percentile.ts';
import { aDeclaration, declaredFile } from './declaration.ts';

const CLIENTS = 50;
const TRIALS = 3;
const SECONDS = 5;
const WARM_UP_SECONDS = 2;

/** Fifty users who declare small uploads without a pause, against as many who read the limits. */
export async function measureDeclaring(
  { scope, say }: BenchContext,
  { api, url }: BenchProduct,
): Promise<Measured[]> {
  say(`declaring: ${CLIENTS} clients, ${TRIALS} times ${SECONDS} s, and as long reading the limits`);
  const tokens: string[] = [];
  for (let user = 0; user < CLIENTS; user += 1) tokens.push(await signUp(api));
  const body = JSON.stringify({
    ...aDeclaration(),
    files: [declaredFile('note.txt', randomBytes(64), 'text/plain')],
  });
  const headersOf = (client: number) => ({
    authorization: `Bearer ${tokens[client % CLIENTS] ?? ''}`,
    'content-type': 'application/json',
  });
  const limits = (seconds: number) =>
    closedLoop({ url: `${url}/v1/limits`, clients: CLIENTS, seconds }, scope);
  const declare = (seconds: number) =>
    closedLoop(
      { url: `${url}/v1/uploads`, clients: CLIENTS, seconds, method: 'POST', body, headersOf },
      scope,
    );

  await limits(WARM_UP_SECONDS);
  await declare(WARM_UP_SECONDS);
  const rounds = await inTurns(
    TRIALS,
    async () => sound('reading the limits', await limits(SECONDS)),
    async () => sound('declaring', await declare(SECONDS)),
  );
  const p99 = (results: readonly LoadResult[]) =>
    median(results.map((each) => percentile(each.latenciesMs, 99)));
  const rate = (results: readonly LoadResult[]) => median(results.map((each) => each.requestsPerSecond));
  const reference = `GET /v1/limits, as many clients: ${p99(rounds.first).toFixed(1)} ms at ${rate(rounds.first).toFixed(0)} req/s`;
  return [
    {
      metric: 'declare_p99_ms',
      value: p99(rounds.second),
      reference: `${reference}; declaring at ${rate(rounds.second).toFixed(0)} req/s`,
      trials: TRIALS,
    },
  ];
}

function sound(what: string, result: LoadResult): LoadResult {
  if (result.failed === 0) return result;
  throw new Error(`${result.failed} of ${result.latenciesMs.length} requests failed while ${what}`);
}
