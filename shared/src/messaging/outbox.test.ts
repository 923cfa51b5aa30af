import { describe, expect, test } from 'vitest';
import type { CairnEvent } from '../events/event-envelope.ts';
import { OUTBOX_SHARDS, outboxShard, outboxWith } from './outbox.ts';

const anEvent = (id: string): CairnEvent => ({
  id,
  type: 'user.deleted',
  occurred_at: '2026-01-02T03:04:05.000Z',
  user_id: 'user_1',
  revision: 2,
});

describe('the outbox of an item', () => {
  test('holds the new event beside those that wait, and puts the item into the index', () => {
    const [waiting, added] = [anEvent('event_1'), anEvent('event_2')];
    expect(outboxWith('user_1', added, { event_1: waiting })).toEqual({
      outbox: { event_1: waiting, event_2: added },
      outbox_shard: outboxShard('user_1'),
      outbox_at: '2026-01-02T03:04:05.000Z',
    });
  });

  test('spreads keys over all shards, each key always to the same', () => {
    const shards = () => Array.from({ length: 200 }, (_, i) => outboxShard(`asset_${i}`));
    expect(new Set(shards()).size).toBe(OUTBOX_SHARDS);
    expect(shards()).toEqual(shards());
  });
});
