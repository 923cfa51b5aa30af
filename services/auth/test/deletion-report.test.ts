import { createSnsClient } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import { snsEventPublisher } from '@cairn/shared/messaging/event-publisher';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { authEventsConsumer } from '../src/messaging/auth-events.consumer.ts';
import { composeForTest, signedIn, type TestAuth } from './auth.harness.ts';
import { stopInTheMiddle } from './draining-consumer.ts';

let stack: TestStack;
let auth: TestAuth;
beforeAll(async () => {
  stack = await startTestStack();
  auth = await composeForTest(stack);
});
afterAll(async () => {
  await auth.stop();
  await stack.close();
});

interface Report {
  state: string;
  steps: { step: string; state: string; count: number | null }[];
}

async function aDeletion(name: string) {
  const { user, token } = await signedIn(await auth.register(name));
  const { deletion_id } = (await (await auth.remove(token)).json()) as { deletion_id: string };
  const publish = snsEventPublisher(createSnsClient(), stack.addresses.assetEventsTopicArn);
  const tell = (counts: Record<string, number>, id = newId('event')) =>
    publish({
      id,
      type: 'user.purged',
      occurred_at: '2026-11-22T12:00:00.000Z',
      revision: 2,
      user_id: user.asin,
      counts,
    });
  const report = async () => {
    const response = await auth.app.request(`/v1/deletions/${deletion_id}`);
    return (await response.json()) as Report;
  };
  const countsOf = async () =>
    Object.fromEntries((await report()).steps.map(({ step, count }) => [step, count]));
  return { tell, report, countsOf };
}

const WITHIN = { timeout: 40_000 };

test('what was told while nobody listened waits in the queue, also for another process', async () => {
  const { tell, report, countsOf } = await aDeletion('waiting-report');
  await tell({ uploads: 1 });
  await tell({ assets: 0, files: 0 });
  expect((await report()).state).toBe('running');
  auth = await composeForTest(stack);
  await auth.start?.();
  await vi.waitFor(async () => expect((await report()).state).toBe('finished'), WITHIN);
  expect(await countsOf()).toEqual({ sessions: 1, keys: 0, uploads: 1, assets: 0, files: 0 });
});

test('is finished by the reports of the services, from the topic, whatever comes twice', async () => {
  const { tell, report, countsOf } = await aDeletion('reported');
  const id = newId('event');
  await tell({ uploads: 2 }, id);
  await vi.waitFor(async () => expect(await countsOf()).toMatchObject({ uploads: 2, assets: null }), WITHIN);
  // The same event again, and a repeat of the work that found less.
  await tell({ uploads: 2 }, id);
  await tell({ uploads: 0 });
  await tell({ assets: 1 });
  await tell({ assets: 1, files: 1 });
  await vi.waitFor(async () => expect((await report()).state).toBe('finished'), WITHIN);
  expect(await countsOf()).toEqual({ sessions: 1, keys: 0, uploads: 2, assets: 1, files: 1 });
});

test('a report that is being taken down is finished before its consumer stops', async () => {
  const noted: string[] = [];
  const event = { id: newId('event'), type: 'user.purged', occurred_at: '2026-11-22T12:00:00.000Z' };
  await stopInTheMiddle({ ...event, revision: 2, user_id: 'user_1', counts: { assets: 1 } }, (hold) =>
    authEventsConsumer({
      notePurge: async ({ userId }) => {
        await hold();
        noted.push(userId);
        return true;
      },
      writeExportPart: () => Promise.reject(new Error('not asked for')),
      noteExportPart: () => Promise.reject(new Error('not asked for')),
    }),
  );
  expect(noted).toEqual(['user_1']);
});
