import { DomainError } from '@cairn/shared/errors/domain-error';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { Reader } from '../get-asset.ts';
import type { Replica } from '../replica/replica.ts';
import { isListed } from '../replica/search-document.ts';

export interface OwnerSummary {
  readonly userId: string;
  /** Of the assets that search finds. */
  readonly assets: number;
  readonly downloads: number;
  readonly firstPosted: string | undefined;
  readonly lastUpdated: string | undefined;
  /** What search does not find, for the owner and moderators alone. */
  readonly unlisted: readonly PublishedAsset[] | undefined;
}

const MAX_UNLISTED = 100;

/** What the catalog knows of a user; it does not know who exists, so everybody else has nothing. */
export function getOwner(deps: { replica: Pick<Replica, 'get' | 'isReady' | 'idsOfOwner'> }) {
  return async ({ ownerId, ...reader }: Reader & { ownerId: string }): Promise<OwnerSummary> => {
    if (!deps.replica.isReady()) throw new DomainError('search.unavailable', { retryable: true });
    const all = deps.replica.idsOfOwner(ownerId).flatMap((asin) => deps.replica.get(asin) ?? []);
    const listed = all.filter(isListed);
    const isTheirs = reader.userId === ownerId || reader.isModerator === true;
    return {
      userId: ownerId,
      assets: listed.length,
      downloads: listed.reduce((sum, { downloads }) => sum + downloads, 0),
      firstPosted: listed.map((each) => each.date_posted).reduce(earlier, undefined),
      lastUpdated: listed.map((each) => each.date_updated).reduce(later, undefined),
      unlisted: isTheirs ? all.filter((each) => !isListed(each)).slice(0, MAX_UNLISTED) : undefined,
    };
  };
}

const earlier = (a: string | undefined, b: string) => (a === undefined || b < a ? b : a);
const later = (a: string | undefined, b: string) => (a === undefined || b > a ? b : a);
