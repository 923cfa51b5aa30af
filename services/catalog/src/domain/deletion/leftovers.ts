import { DomainError } from '@cairn/shared/errors/domain-error';
import type { Leftover, PublishedAsset } from '@cairn/shared/records/asset-record';
import { dueShard } from '@cairn/shared/records/due-shard';

/** So many at once keep an item far from 400 KB. */
const MAX_LEFTOVERS = 100;

export type LeftoverChanges = Pick<PublishedAsset, 'due_shard' | 'due_at' | 'leftovers'>;

/** Adds folders to what is still to be removed of a published asset, and sees that the sweep finds it in time. */
export function withLeftovers(
  asset: PublishedAsset,
  added: readonly { readonly folder: string; readonly leftover: Leftover }[],
): LeftoverChanges {
  const entries = added.map(({ folder, leftover }) => [folder, leftover] as const);
  const leftovers = { ...asset.leftovers, ...Object.fromEntries(entries) };
  if (Object.keys(leftovers).length > MAX_LEFTOVERS) {
    throw new DomainError('asset.busy', { retryable: true, hint: 'Try again in an hour.' });
  }
  return dueLeftovers(asset.asin, leftovers);
}

/** The attributes for what is left: due when the first of it is, and in no index when nothing is. */
export function dueLeftovers(
  asin: string,
  leftovers: Readonly<Record<string, Leftover>>,
): { [Name in keyof LeftoverChanges]-?: LeftoverChanges[Name] | undefined } {
  const [first] = Object.values(leftovers)
    .map(({ due_at }) => due_at)
    .sort();
  if (first === undefined) return { leftovers: undefined, due_at: undefined, due_shard: undefined };
  return { leftovers, due_at: first, due_shard: dueShard(asin) };
}
