import type { CairnEvent } from '../events/event-envelope.ts';
import { outboxShard, outboxWith } from '../messaging/outbox.ts';
import type { AssetTombstone, PublishedAsset } from './asset-record.ts';

/**
 * What replaces the item of a deleted asset, in one conditional write: nothing of its content, the event,
 * and a date (`due_*`) at which the catalog removes its objects, should the event's way be slow.
 */
export function tombstoneOf(asset: PublishedAsset, eventId: string, now: string): AssetTombstone {
  const revision = asset.revision + 1;
  const event: CairnEvent = {
    id: eventId,
    type: 'asset.deleted',
    occurred_at: now,
    asin: asset.asin,
    user_id: asset.user_id,
    revision,
  };
  return {
    asin: asset.asin,
    user_id: asset.user_id,
    status: 'deleted',
    revision,
    date_posted: asset.date_posted,
    date_updated: now,
    date_deleted: now,
    due_shard: outboxShard(asset.asin),
    due_at: now,
    last_event_id: eventId,
    ...outboxWith(asset.asin, event, asset.outbox),
  };
}

/** For an asin that was given out and never used: nobody was told of an asset, so there is no event. */
export function tombstoneOfNothing(asin: string, userId: string, now: string): AssetTombstone {
  return {
    asin,
    user_id: userId,
    status: 'deleted',
    revision: 1,
    date_posted: now,
    date_updated: now,
    date_deleted: now,
    due_shard: outboxShard(asin),
    due_at: now,
  };
}
