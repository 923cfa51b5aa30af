import { z } from '@hono/zod-openapi';
import { outboxAttributes } from '@cairn/shared/messaging/outbox';
import type { NameClaim, User } from '../domain/user.ts';

const identity = { asin: z.string(), revision: z.number().int().positive() };

const userItem = z.discriminatedUnion('status', [
  z.object({
    ...identity,
    status: z.literal('active'),
    username: z.string(),
    password: z.string(),
    date_created: z.iso.datetime(),
  }),
  z.object({
    ...identity,
    status: z.literal('deleted'),
    date_deleted: z.iso.datetime(),
    cleanup: z.object({ name: z.string() }).optional(),
    ...outboxAttributes,
  }),
]);

const claimItem = z.object({
  asin: z.string().startsWith('name#'),
  user_id: z.string(),
  state: z.enum(['pending', 'confirmed']),
  claimed_at: z.iso.datetime(),
});

/** Key of a name's claim in the table of users; a user's asin never holds a `#`. */
export const claimKey = (name: string): string => `name#${name}`;

export function parseUser(item: Record<string, unknown>): User {
  const user = userItem.parse(item);
  if (user.status === 'active') return user;
  const { asin, status, date_deleted, revision, cleanup } = user;
  return { asin, status, date_deleted, revision, ...(cleanup === undefined ? {} : { cleanup }) };
}

export function parseClaim(item: Record<string, unknown>): NameClaim {
  const { asin, ...claim } = claimItem.parse(item);
  return { name: asin.slice(claimKey('').length), ...claim };
}
