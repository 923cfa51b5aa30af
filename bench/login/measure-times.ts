import { randomBytes } from 'node:crypto';
import type { Credentials } from '@cairn/tools/client/api-client';
import type { BenchContext, Measured } from '../benchmark.ts';
import type { BenchProduct } from '../product/bench-product.ts';
import { areaUnderCurve } from '../statistics/area-under-curve.ts';
import { median } from '../statistics/percentile.ts';
import { aUser, credentials } from './users.ts';

const TRIALS = 1_000;
/** Every name is tried this often: the next failure of one would be throttled. */
const TRIES_A_NAME = 4;
const NAMES = TRIALS / TRIES_A_NAME;

/** Whether the time of a refused sign-in tells that the user exists; known and unknown by turns. */
export async function measureTimes(
  { say, signal }: BenchContext,
  product: BenchProduct,
): Promise<Measured[]> {
  say(`timing ${TRIALS} refused sign-ins of known users, and as many of unknown ones`);
  const known: Credentials[] = [];
  while (known.length < NAMES) known.push(await aUser(product.api));
  const unknown = known.map(credentials);
  const url = `${product.service('auth').url}/v1/sessions`;

  async function refusedMs({ username }: Credentials, trial: number): Promise<number> {
    const body = JSON.stringify({ username, password: randomBytes(12).toString('base64url') });
    const startedAt = performance.now();
    const answer = await fetch(url, {
      method: 'POST',
      signal,
      // Auth believes the proxy in front: each comes from an address of its own, as an attacker's would.
      headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(trial) },
      body,
    });
    await answer.arrayBuffer();
    if (answer.status !== 401) throw new Error(`a wrong password was answered ${answer.status}`);
    return performance.now() - startedAt;
  }

  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < TRIALS; i += 1) {
    const name = i % NAMES;
    const pair = [
      { of: times.known, user: known[name] },
      { of: times.unknown, user: unknown[name] },
    ];
    // Which comes first changes, so that the second one's place tells nothing either.
    if (i % 2 === 1) pair.reverse();
    for (const [place, { of, user }] of pair.entries()) {
      if (user !== undefined) of.push(await refusedMs(user, 2 * i + place));
    }
  }
  const area = areaUnderCurve(times.known, times.unknown);
  return [
    {
      metric: 'signin_auc',
      value: Math.max(area, 1 - area),
      reference: `p50 known: ${median(times.known).toFixed(1)} ms, unknown: ${median(times.unknown).toFixed(1)} ms`,
      trials: 2 * TRIALS,
    },
  ];
}

const addressOf = (trial: number): string => `198.18.${Math.floor(trial / 250)}.${trial % 250}`;
