import { z } from '@hono/zod-openapi';
import { EXPORT_PARTS } from '../exports/export-parts.ts';
import { originSchema } from '../telemetry/origin.ts';

const envelope = {
  /** Same id, same event: consumers drop repeats by it. */
  id: z.string().min(1),
  occurred_at: z.iso.datetime(),
  /** The item's revision that the event belongs to; a consumer ignores what is older than it knows. */
  revision: z.number().int().positive(),
  /** Of the request that has written it. */
  origin: originSchema,
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
  z.object({ ...assetEvent('release.deleted').shape, version: z.string() }),
  z.object({
    ...envelope,
    type: z.literal('user.deleted'),
    user_id: z.string().min(1),
    /** What becomes of the user's assets; absent: they are deleted. */
    assets: z.enum(['delete', 'keep']).optional(),
  }),
  /** What a service has removed of a deleted account, by kind; each kind once, when nothing of it is left. */
  z.object({
    ...envelope,
    type: z.literal('user.purged'),
    user_id: z.string().min(1),
    counts: z.record(z.string(), z.number().int().nonnegative()),
  }),
  /** A user wants everything that is known of them; each service writes its part of the export. */
  z.object({
    ...envelope,
    type: z.literal('user.export_requested'),
    user_id: z.string().min(1),
    export_id: z.string().min(1),
  }),
  /** A part of an export is in its bucket. */
  z.object({
    ...envelope,
    type: z.literal('user.export_part_written'),
    user_id: z.string().min(1),
    export_id: z.string().min(1),
    part: z.enum(EXPORT_PARTS),
  }),
  /** Auth's own, in the outbox of a user only: something that was begun with the account has to be finished. */
  z.object({ ...envelope, type: z.literal('user.unfinished'), user_id: z.string().min(1) }),
  /** Auth's own, in its outboxes only: an administrative act on its way into the audit log. */
  z.object({
    ...envelope,
    type: z.literal('user.act_recorded'),
    user_id: z.string().min(1),
    actor: z.string().min(1),
    action: z.string().min(1),
    role: z.string().optional(),
    reason: z.string(),
  }),
]);

export type CairnEvent = z.infer<typeof cairnEvent>;
export type EventType = CairnEvent['type'];
