import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { IsUserDeleted } from '@cairn/shared/records/user-tombstone';
import type { ChangeAsset } from '../change-asset.ts';
import { mayEdit } from '../get-asset.ts';

export interface CoOwnerInput {
  asin: string;
  /** Who asks. */
  userId: string;
  coOwner: string;
  revisions?: ReadonlySet<number> | undefined;
}

/** By the owner alone. A user who is deleted meanwhile is taken out again, whoever looks first. */
export function addCoOwner(deps: { change: ChangeAsset; isUserDeleted: IsUserDeleted }) {
  const { change, isUserDeleted } = deps;
  return async ({ asin, userId, coOwner, revisions }: CoOwnerInput): Promise<PublishedAsset> => {
    const decide = (asset: PublishedAsset, exists: boolean) => {
      requireOwner(asset, userId);
      if (coOwner === asset.user_id) {
        throw invalidField('path.user_id', 'co_owner.is_owner', 'is the owner already');
      }
      if (asset.co_owners.includes(coOwner)) return undefined;
      if (!exists) throw new DomainError('user.not_found');
      if (asset.co_owners.length >= ASSET_LIMITS.coOwners) {
        throw new DomainError('asset.co_owners_full', { hint: `At most ${ASSET_LIMITS.coOwners}.` });
      }
      return { co_owners: [...asset.co_owners, coOwner] };
    };
    const exists = !(await isUserDeleted(coOwner));
    const added = await change({ asin, userId, revisions, decide: (asset) => decide(asset, exists) });
    if (!exists || !(await isUserDeleted(coOwner))) return added;
    await change({ asin, userId, decide: (asset) => withoutCoOwner(asset, coOwner) });
    throw new DomainError('user.not_found');
  };
}

/** By the owner, or by the co-owner who leaves. One who is none any more is gone already. */
export function removeCoOwner({ change }: { change: ChangeAsset }) {
  return ({ asin, userId, coOwner, revisions }: CoOwnerInput): Promise<PublishedAsset> =>
    change({
      asin,
      userId,
      revisions,
      decide(asset) {
        if (coOwner !== userId || !mayEdit(asset, userId)) requireOwner(asset, userId);
        return withoutCoOwner(asset, coOwner);
      },
    });
}

export function withoutCoOwner(asset: PublishedAsset, userId: string) {
  if (!asset.co_owners.includes(userId)) return undefined;
  return { co_owners: asset.co_owners.filter((each) => each !== userId) };
}

function requireOwner(asset: PublishedAsset, userId: string): void {
  if (asset.user_id !== userId) throw new DomainError('asset.not_owner');
}
