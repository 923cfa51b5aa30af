import type { Claim, CountRow, CountStore } from './count-store.ts';
import type { DownloadGrant } from './download-grant.ts';
import { claimScope, sheetScope } from './tally-tree.ts';
import type { Tally } from './tally.ts';

const DAY_SECONDS = 86_400;
/** A later grant is refused: it might have been counted by a marker that is gone. */
export const MAX_GRANT_AGE_DAYS = 60;
/** What tells one grant from another outlives the last moment at which it could come again. */
const MARKER_DAYS = 90;

export const expiryOf = (at: string): number =>
  Math.floor(Date.parse(at) / 1_000) + MARKER_DAYS * DAY_SECONDS;

/**
 * A marker for each grant. It says whether the grant is the first of its client, file and day: whoever wins
 * that claim stays its owner, so a repeated grant gets the very same marker. No two may have the same id.
 */
export function markGrants(store: Pick<CountStore, 'claim' | 'put'>) {
  return async (grants: readonly DownloadGrant[]): Promise<void> => {
    const claims = new Map<string, Claim>();
    for (const grant of grants) {
      const scope = claimScope(grant);
      if (!claims.has(scope)) claims.set(scope, { scope, owner: grant.id, expiresAt: expiryOf(grant.at) });
    }
    const owners = await store.claim([...claims.values()]);
    await store.put(grants.map((grant) => markerOf(grant, owners.get(claimScope(grant)) === grant.id)));
  };
}

function markerOf(grant: DownloadGrant, isFirst: boolean): CountRow {
  return {
    scope: sheetScope(grant),
    entry: grant.id,
    tally: tallyOf(grant, isFirst),
    claim: isFirst ? claimScope(grant) : undefined,
    expiresAt: expiryOf(grant.at),
  };
}

function tallyOf({ version, engine }: DownloadGrant, isFirst: boolean): Tally {
  const count = { raw: 1, unique: isFirst ? 1 : 0 };
  return {
    ...count,
    releases: { [version]: count },
    engines: engine === undefined ? {} : { [engine]: count },
  };
}
