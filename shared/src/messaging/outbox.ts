import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { cairnEvent, type CairnEvent } from '../events/event-envelope.ts';
import { originNow } from '../telemetry/origin.ts';

/*
 * The outbox of I4: an event is stored inside the item it is about, in the same write. `outbox` maps event
 * ids to events; `outbox_shard` and `outbox_at` are there exactly as long as it is not empty, which is what
 * makes the index `outbox` sparse.
 */
export const OUTBOX_SHARDS = 4;

export const outboxAttributes = {
  outbox: z.record(z.string(), cairnEvent).optional(),
  outbox_shard: z.string().optional(),
  outbox_at: z.string().optional(),
};

export interface OutboxAttributes {
  outbox: Record<string, CairnEvent>;
  outbox_shard: string;
  outbox_at: string;
}

/** The attributes for an item that is written whole. `pending` is what the relay has not taken yet. */
export function outboxWith(
  key: string,
  event: CairnEvent,
  pending: Record<string, CairnEvent> = {},
): OutboxAttributes {
  return {
    outbox: { ...pending, [event.id]: withOrigin(event) },
    outbox_shard: outboxShard(key),
    outbox_at: event.occurred_at,
  };
}

export function outboxShard(key: string): string {
  return String((createHash('sha256').update(key).digest()[0] ?? 0) % OUTBOX_SHARDS);
}

/** `occurred_at` may be older than the write: a publication's is that of its declaration. */
function withOrigin(event: CairnEvent): CairnEvent {
  const origin = originNow();
  return origin === undefined ? event : { ...event, origin: { ...origin, at: new Date().toISOString() } };
}
