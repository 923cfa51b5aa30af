import { outboxShard } from '../messaging/outbox.ts';

/** Where an asset's item stands in the index `due`, which has the shards of the outbox. */
export const dueShard = (asin: string): string => outboxShard(asin);
