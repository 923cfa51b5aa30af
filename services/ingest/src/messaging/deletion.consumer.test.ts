import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { expect, test } from 'vitest';
import { deletionConsumer } from './deletion.consumer.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const { signal } = new AbortController();

function aConsumer(report: (event: CairnEvent) => Promise<void>) {
  const ended: string[] = [];
  const follow = {
    userDeleted: async (userId: string) => ended.push(userId),
    assetDeleted: async () => undefined,
    removed: async () => true,
  };
  return { ended, consume: deletionConsumer(follow, report, () => new Date(NOW)) };
}

const message = {
  id: 'm',
  receiveCount: 1,
  body: JSON.stringify({
    id: 'event_1',
    type: 'user.deleted',
    occurred_at: NOW,
    user_id: 'user_gone',
    revision: 2,
  }),
};

test('what was ended of a deleted user is reported under an id of its own, the same each time', async () => {
  const reported: CairnEvent[] = [];
  const { consume } = aConsumer(async (event) => void reported.push(event));
  await consume(message, signal);
  await consume(message, signal);
  const about = { id: 'event_1.ingest', occurred_at: NOW, user_id: 'user_gone', revision: 2 };
  expect(reported).toEqual([
    { ...about, type: 'user.purged', counts: { uploads: 1 } },
    { ...about, type: 'user.purged', counts: { uploads: 2 } },
  ]);
});

test('a report that the topic does not take keeps the message', async () => {
  const { consume, ended } = aConsumer(() => Promise.reject(new Error('the topic is away')));
  await expect(consume(message, signal)).rejects.toThrow('the topic is away');
  await expect(consume(message, signal)).rejects.toThrow('the topic is away');
  expect(ended).toEqual(['user_gone', 'user_gone']);
});
