import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchContext, Measured } from '../benchmark.ts';
import { closedLoop } from '../measure/closed-loop.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { inTurns } from '../statistics/in-turns.ts';
import { median } from '../statistics/percentile.ts';
import { signingIn } from './users.ts';

const RAW = fileURLToPath(new URL('raw-argon2.ts', import.meta.url));
const CLIENTS = 32;
const TRIALS = 5;
const SECONDS = 6;
const WARM_UP_SECONDS = 10;

/** Sign-ins at the service, over as many threads that do nothing but verify. */
export async function measureSignIns(
  { scope, say, signal }: BenchContext,
  product: BenchProduct,
  threads: number,
): Promise<Measured[]> {
  say(
    `signing in: ${CLIENTS} clients, ${threads} threads, ${TRIALS} times ${SECONDS} s, and as long raw argon2`,
  );
  const load = await signingIn(product.api, CLIENTS);
  const url = `${product.service('auth').url}/v1/users/login`;
  const signIns = async (seconds: number) => {
    const result = await closedLoop({ url, seconds, ...load }, scope);
    if (result.failed > 0) throw new Error(`${result.failed} sign-ins failed`);
    return result.requestsPerSecond;
  };
  await signIns(WARM_UP_SECONDS);
  const rounds = await inTurns(
    TRIALS,
    () => signIns(SECONDS),
    async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [RAW, String(threads), String(SECONDS)],
        { signal },
      );
      return Number(stdout);
    },
  );
  const [served, raw] = [median(rounds.first), median(rounds.second)];
  const reference = `raw argon2 on ${threads} threads: ${raw.toFixed(1)} verifies/s; sign-ins: ${served.toFixed(1)}/s`;
  return [
    { metric: 'signins_per_second', value: served, reference, trials: TRIALS },
    {
      metric: 'login_vs_argon2',
      value: median(rounds.first.map((each, i) => each / (rounds.second[i] ?? Number.NaN))),
      reference,
      trials: TRIALS,
    },
  ];
}
