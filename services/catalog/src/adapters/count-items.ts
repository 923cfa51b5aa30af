import { z } from '@hono/zod-openapi';
import type { CountRow } from '../domain/downloads/count-store.ts';

/** The only entry of a claim's scope. */
export const CLAIM_ENTRY = 'claim';

const count = z.object({ raw: z.number().int(), unique: z.number().int() });
const counts = z.record(z.string(), count);

const countItem = z.object({
  scope: z.string(),
  entry: z.string(),
  ...count.shape,
  releases: counts,
  engines: counts,
  claim: z.string().optional(),
  expires_at: z.number().int().optional(),
});

const claimItem = z.object({ owner: z.string() });

export const ownerOf = (item: unknown): string => claimItem.parse(item).owner;

export function rowOf(item: unknown): CountRow {
  const { scope, entry, claim, expires_at: expiresAt, ...tally } = countItem.parse(item);
  return { scope, entry, claim, expiresAt, tally };
}

export function attributesOf({ tally, claim, expiresAt }: CountRow): Record<string, unknown> {
  return {
    ...tally,
    ...(claim === undefined ? {} : { claim }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  };
}
