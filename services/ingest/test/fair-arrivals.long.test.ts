import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { eventOf, filesOf, startFairWorkers } from './support/fair-workers.ts';

const OF_THE_BIG = 500;
const patient = { timeout: 50_000, interval: 20 };

let workers: Awaited<ReturnType<typeof startFairWorkers>>;
beforeAll(async () => {
  workers = await startFairWorkers({ inspectionMs: 100 });
});
afterEach(() => workers.stopReplicas());
afterAll(() => workers.close());

it.each([1, 2])(
  `a file behind ${OF_THE_BIG} of another user is inspected before most of them, with %i replicas; all are in the end`,
  { timeout: 60_000 },
  async (replicas) => {
    await workers.put([...filesOf('big', OF_THE_BIG), 'small-0'].map(eventOf));
    const inspected: string[] = [];
    for (let i = 0; i < replicas; i += 1) await workers.startReplica((upload) => inspected.push(upload));
    await vi.waitFor(() => expect(inspected).toContain('small-0'), patient);
    expect(inspected.indexOf('small-0')).toBeLessThan(OF_THE_BIG / 2);
    await vi.waitFor(() => expect(new Set(inspected).size).toBe(OF_THE_BIG + 1), patient);
  },
);
