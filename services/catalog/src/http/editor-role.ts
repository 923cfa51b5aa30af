import { hasRole } from '@cairn/shared/http/require-role';
import type { Principal } from '@cairn/shared/http/principal';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { Reader } from '../domain/get-asset.ts';

/** As whom somebody sees more of an asset than the public. */
export type EditorRole = 'owner' | 'co_owner' | 'moderator';

export function editorRole(
  { user_id, co_owners }: PublishedAsset,
  principal: Principal | undefined,
): EditorRole | undefined {
  if (principal === undefined) return undefined;
  if (user_id === principal.userId) return 'owner';
  if (co_owners.includes(principal.userId)) return 'co_owner';
  return hasRole(principal, 'moderator') ? 'moderator' : undefined;
}

/** Who reads, in the domain's words. */
export function readerOf(principal: Principal): Reader & { userId: string };
export function readerOf(principal: Principal | undefined): Reader;
export function readerOf(principal: Principal | undefined): Reader {
  return { userId: principal?.userId, isModerator: hasRole(principal, 'moderator') };
}
