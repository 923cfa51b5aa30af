import type { Context } from 'hono';
import type { AppEnv } from '@cairn/shared/http/create-app';
import type { Principal } from '@cairn/shared/http/principal';
import { contentTag, isUnchanged } from './entity-tag.ts';

/*
 * A public read is up to 2 s behind anyway. A browser keeps it as long again; a shared cache a little longer, and
 * may answer with what it has while it asks again. Nothing here is immutable, a release neither: it can be
 * yanked, deleted or withheld, and what is hidden must be gone from caches soon. What never changes are the
 * objects that are named here: pictures, and the bytes of files.
 */
const PUBLIC = 'public, max-age=2, s-maxage=5, stale-while-revalidate=10';
/** Counts over the whole catalog, which nobody waits for. */
const PUBLIC_COUNTS = 'public, max-age=10, s-maxage=30, stale-while-revalidate=300';
/** A signed-in reader may be the owner, who sees an edit at once. */
const PRIVATE = 'private, no-cache';

export function readCaching(principal: Principal | undefined): Record<string, string> {
  return { 'cache-control': principal === undefined ? PUBLIC : PRIVATE, vary: 'Authorization' };
}

export function countsCaching(principal: Principal | undefined): Record<string, string> {
  return { 'cache-control': principal === undefined ? PUBLIC_COUNTS : PRIVATE, vary: 'Authorization' };
}

/** A JSON answer that names its content, and 304 to who has it. */
export function answerTagged<Body extends object>(
  c: Context<AppEnv>,
  body: Body,
  caching: Record<string, string>,
) {
  const headers = { ...caching, etag: contentTag(JSON.stringify(body)) };
  if (isUnchanged(c.req.header('if-none-match'), headers.etag)) return c.body(null, 304, headers);
  return c.json(body, 200, headers);
}
