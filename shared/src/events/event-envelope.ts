import { z } from '@hono/zod-openapi';

const envelope = {
  /** Same id, same event: consumers drop repeats by it. */
  id: z.string().min(1),
  occurred_at: z.iso.datetime(),
  /** The item's revision that the event belongs to; a consumer ignores what is older than it knows. */
  revision: z.number().int().positive(),
};

const assetEvent = <Type extends string>(type: Type) =>
  z.object({ ...envelope, type: z.literal(type), asin: z.string().min(1), user_id: z.string().min(1) });

/**
 * What travels over the topic `asset-events`. Events name what changed; consumers read the item for what it
 * is now, so a late or reordered event can never carry old state.
 */
export const cairnEvent = z.discriminatedUnion('type', [
  assetEvent('asset.published'),
  assetEvent('asset.updated'),
  assetEvent('asset.deleted'),
  z.object({ ...assetEvent('release.published').shape, version: z.string() }),
  z.object({ ...envelope, type: z.literal('user.deleted'), user_id: z.string().min(1) }),
]);

export type CairnEvent = z.infer<typeof cairnEvent>;
export type EventType = CairnEvent['type'];
