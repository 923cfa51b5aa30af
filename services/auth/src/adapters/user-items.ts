import { z } from '@hono/zod-openapi';
import { outboxAttributes } from '@cairn/shared/messaging/outbox';
import type { NameClaim, User } from '../domain/user.ts';

const identity = { asin: z.string(), revision: z.number().int().positive() };

const living = {
  ...identity,
  username: z.string(),
  password: z.string(),
  date_created: z.iso.datetime(),
  password_changed_at: z.iso.datetime().optional(),
  password_changed_in: z.string().optional(),
  username_changed_at: z.iso.datetime().optional(),
  renaming: z.object({ at: z.iso.datetime(), to: z.string(), from: z.string().optional() }).optional(),
  former_names: z.array(z.string()).optional(),
  last_change_id: z.string().optional(),
};

const userItem = z.discriminatedUnion('status', [
  z.object({ ...living, status: z.literal('active') }),
  z.object({ ...living, status: z.literal('disabled'), date_disabled: z.iso.datetime() }),
  z.object({
    ...identity,
    status: z.literal('deleted'),
    date_deleted: z.iso.datetime(),
    deletion_id: z.string().optional(),
    cleanup: z.object({ name: z.string(), other_names: z.array(z.string()).optional() }).optional(),
    ...outboxAttributes,
  }),
]);

const claimItem = z.object({
  asin: z.string().startsWith('name#'),
  user_id: z.string(),
  state: z.enum(['pending', 'confirmed', 'former']),
  claimed_at: z.iso.datetime(),
});

/** Key of a name's claim in the table of users; a user's asin never holds a `#`. */
export const claimKey = (name: string): string => `name#${name}`;

export function parseUser(item: Record<string, unknown>): User {
  const user = userItem.parse(item);
  if (user.status !== 'deleted') return user as User;
  const { outbox: _outbox, outbox_shard: _shard, outbox_at: _at, ...tombstone } = user;
  return tombstone as User;
}

export function parseClaim(item: Record<string, unknown>): NameClaim {
  const { asin, ...claim } = claimItem.parse(item);
  return { name: asin.slice(claimKey('').length), ...claim };
}
