import { createHash } from 'node:crypto';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { EditorRole } from './editor-role.ts';

/*
 * The tag of an asset is `"<revision>-<downloads>"`, for those who may edit it with their role behind: everything
 * that its representation depends on, so a conditional GET is exact. An edit is for a revision, and downloads are counted without a new one; so
 * If-Match looks at the revision alone, and also takes the tag in weak form, which compressing proxies make.
 */
export const assetTag = (asset: PublishedAsset, role?: EditorRole): string =>
  `"${[asset.revision, asset.downloads, ...(role === undefined ? [] : [role])].join('-')}"`;

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const REVISION = /^(?:W\/)?"([1-9]\d{0,14})(?:-[^"]*)?"$/;

/** Of an answer that has no revision: what is in it. */
export const contentTag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;

/** If-None-Match: whether the caller has this very representation (weak comparison, RFC 9110, 13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return (ifNoneMatch.match(TAG) ?? []).some((each) => each.replace(/^W\//, '') === tag);
}

/** The revisions that an If-Match names; undefined where it names none because it is absent or `*`. */
export function revisionsIn(ifMatch: string | undefined): ReadonlySet<number> | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revisions = (ifMatch.match(TAG) ?? []).flatMap((tag) => REVISION.exec(tag)?.[1] ?? []);
  return new Set(revisions.map(Number));
}
