import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { expect, test } from 'vitest';
import { ingestEventsConsumer } from './ingest-events.consumer.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const { signal } = new AbortController();

function aConsumer(report: (event: CairnEvent) => Promise<void>) {
  const ended: string[] = [];
  const follow = {
    userDeleted: async (userId: string) => ended.push(userId),
    assetDeleted: async () => undefined,
    removed: async () => true,
  };
  const written: string[] = [];
  const consume = ingestEventsConsumer({
    follow,
    report,
    writeExportPart: async ({ export_id }) => void written.push(export_id),
    now: () => new Date(NOW),
  });
  return { ended, written, consume };
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

test('a wish for an export is handed to whoever writes the part', async () => {
  const { consume, written, ended } = aConsumer(async () => undefined);
  const wish = { id: 'event_2', type: 'user.export_requested', occurred_at: NOW, revision: 1 };
  const body = JSON.stringify({ ...wish, user_id: 'user_1', export_id: 'export_1' });
  await consume({ id: 'm', receiveCount: 1, body }, signal);
  expect(written).toEqual(['export_1']);
  expect(ended).toEqual([]);
});
