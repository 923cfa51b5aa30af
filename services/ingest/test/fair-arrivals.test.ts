import { refuse } from '@cairn/infra/local/faults/rules';
import { queues } from '@cairn/infra/resources';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { eventOf, filesOf, startFairWorkers } from './support/fair-workers.ts';

const patient = { timeout: 18_000, interval: 20 };

let workers: Awaited<ReturnType<typeof startFairWorkers>>;
beforeAll(async () => {
  workers = await startFairWorkers({ inspectionMs: 1 });
});
afterAll(() => workers.close());

// Five hundred before it, and two replicas: fair-arrivals.long.test.ts.
it('a file behind 80 of another user waits for none of their inspections; all are inspected, as they were sent, though the backlog refuses some', async () => {
  const queue = queues.objectCreatedBacklog.name;
  workers.faults.sqs.add(refuse({ queue, operation: 'SendMessageBatch', times: 3 }));
  const bodies = [...filesOf('big', 80), 'small-0'].map(eventOf);
  await workers.put(bodies);
  const smallBegun = Promise.withResolvers<void>();
  const inspected = new Set<string>();
  await workers.startReplica(async (upload, body) => {
    if (upload === 'small-0') smallBegun.resolve();
    await smallBegun.promise;
    inspected.add(body);
  });
  await vi.waitFor(() => expect([...inspected].toSorted()).toEqual(bodies.toSorted()), patient);
});
