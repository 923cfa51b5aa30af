import { DomainError } from '@cairn/shared/errors/domain-error';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import type { NewId } from '@cairn/shared/ids';
import type { Publication } from '@cairn/shared/records/publication';
import type { UploadDeclaration } from './declaration.ts';
import type { DeclaredAsset } from '../upload.ts';

export interface Target {
  readonly asin: string;
  /** Whose quota it counts against. */
  readonly owner: string;
  readonly asset: DeclaredAsset | undefined;
}

export interface ResolvedTarget {
  /** Undefined when there is no such asset, or the user may not release for it. */
  readonly target: Target | undefined;
  /** Why the declaration cannot be accepted, each with its place in it. */
  readonly refusals: readonly { readonly field: string; readonly error: DomainError }[];
}

/** Tells early what publication would refuse late; it decides again, by one conditional write. */
export async function resolveTarget(
  { findAsset, newId }: { findAsset: Publication['findAsset']; newId: NewId },
  userId: string,
  { target, version, pictures }: UploadDeclaration,
): Promise<ResolvedTarget> {
  if (target.kind === 'new_asset') {
    return { target: { asin: newId('asset'), owner: userId, asset: target.asset }, refusals: [] };
  }
  const refused = (code: 'asset.not_found' | 'asset.not_owner', hint: string): ResolvedTarget => ({
    target: undefined,
    refusals: [{ field: '/asin', error: new DomainError(code, { hint }) }],
  });
  const found = await findAsset(target.asin);
  // What a moderator has hidden is there for its owner alone.
  if (found?.status !== 'published' || (found.withheld !== undefined && found.user_id !== userId))
    return refused('asset.not_found', 'Leave asin out to publish a new asset.');
  if (found.user_id !== userId && !found.co_owners.includes(userId)) {
    return refused('asset.not_owner', 'Its owner and co-owners add releases and pictures.');
  }
  const resolved = { asin: target.asin, owner: found.user_id, asset: undefined };
  if (target.kind === 'pictures') {
    const { length } = found.images;
    if (length + pictures.length <= ASSET_LIMITS.pictures) return { target: resolved, refusals: [] };
    const hint = `An asset has at most ${ASSET_LIMITS.pictures} pictures, and this one has ${length}: remove some of them.`;
    const error = new DomainError('asset.too_many_pictures', { hint });
    return { target: resolved, refusals: [{ field: '/pictures', error }] };
  }
  const refusals = [];
  const removed = found.removed_versions ?? [];
  if (found.releases[version] !== undefined || removed.includes(version)) {
    const hint = `The newest version is ${found.version}.`;
    refusals.push({ field: '/version', error: new DomainError('release.version_taken', { hint }) });
  }
  if (Object.keys(found.releases).length + removed.length >= ASSET_LIMITS.releases) {
    const hint = `An asset has at most ${ASSET_LIMITS.releases} releases, deleted ones included: publish a new asset.`;
    refusals.push({ field: '/asin', error: new DomainError('release.limit_reached', { hint }) });
  }
  return { target: resolved, refusals };
}
