import type { Principal } from '@cairn/shared/http/principal';

/** Public reads are up to 2 s behind anyway, so that a cache may add little. */
const PUBLIC = 'public, max-age=2';
/** A signed-in reader may be the owner, who sees an edit at once. */
const PRIVATE = 'private, no-cache';

export function readCaching(principal: Principal | undefined): Record<string, string> {
  return { 'cache-control': principal === undefined ? PUBLIC : PRIVATE, vary: 'Authorization' };
}
