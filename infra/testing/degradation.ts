import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  blackhole,
  deny,
  internalError,
  nonsense,
  refuse,
  throttle,
  type CallRule,
} from '../local/faults/rules.ts';
import type { Faults } from '../local/faults/start-faults.ts';
import type { ServiceName } from '../resource-types.ts';
import { degradationTable, type Answers } from './degradation-table.ts';

export interface DegradedService {
  readonly faults: Faults;
  /** By the words of the table; each can be sent again and again. */
  readonly requests: Requests;
  /** The same to a service that has never heard from auth; absent where auth itself is asked. */
  readonly withoutAuth?: Requests;
  close(): Promise<void>;
}

export type Requests = Readonly<Record<string, () => Promise<Response>>>;

const DEPENDENCIES = ['dynamodb', 's3', 'sqs', 'sns'] as const;
const WAYS: Readonly<Record<string, () => CallRule>> = {
  ...(process.env['TEST_DEPTH'] === 'long' ? { 'is silent': blackhole } : {}),
  refuses: refuse,
  'fails inside': internalError,
  'asks to slow down': throttle,
  denies: deny,
  'answers nonsense': nonsense,
};
/** Without rights, or with something else at its address, nothing gets better by waiting: that is a fault of ours. */
const NOT_AN_OUTAGE: ReadonlySet<string> = new Set(['denies', 'answers nonsense']);
/** After its start, and after what was away is back. */
const WELL_WITHIN_MS = 10_000;

/** The table of docs/operations.md, cell by cell. */
export function describeDegradation(service: ServiceName, start: () => Promise<DegradedService>): void {
  describe(`P05: ${service} while something is away`, () => {
    const table = degradationTable(service);
    let degraded: DegradedService;
    beforeAll(async () => {
      degraded = await start();
      await vi.waitFor(async () => expect((await degraded.requests['GET /readyz']?.())?.status).toBe(200), {
        timeout: WELL_WITHIN_MS,
      });
    });
    afterEach(() => degraded.faults.clear());
    afterAll(() => degraded.close());
    it('is asked what the table says, and answers so while nothing is away', async () => {
      expect(await answersTo(degraded.requests)).toEqual(table.nothing);
    });

    describe.each(DEPENDENCIES)('%s', (away) => {
      it.each(Object.entries(WAYS))('%s', async (way, rule) => {
        degraded.faults[away].add(rule());
        const expected = NOT_AN_OUTAGE.has(way) ? withoutPatience(table[away]) : table[away];
        expect(await answersTo(degraded.requests)).toEqual(expected);
        await degraded.faults.clear();
        await vi.waitFor(async () => expect(await answersTo(degraded.requests)).toEqual(table.nothing), {
          timeout: WELL_WITHIN_MS,
        });
      });
    });

    it('auth', async () => {
      expect(await answersTo(degraded.withoutAuth ?? degraded.requests)).toEqual(table.auth);
    });
  });
}

const withoutPatience = (answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([request, answer]) => [
      request,
      answer === '503 service.unavailable' ? '500 service.internal' : answer,
    ]),
  );

async function answersTo(requests: Requests): Promise<Answers> {
  const answers = Object.entries(requests).map(async ([request, send]) => {
    const response = await send();
    const isProblem = response.headers.get('content-type') === 'application/problem+json';
    const { code } = isProblem ? ((await response.json()) as { code: string }) : { code: '' };
    if (!isProblem) await response.body?.cancel();
    return [request, `${response.status} ${code}`.trim()] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}
