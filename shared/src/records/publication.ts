import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '../aws/clients.ts';
import { wins } from '../aws/conditions.ts';
import { setExpression } from '../aws/set-expression.ts';
import type { CairnEvent } from '../events/event-envelope.ts';
import { ASSET_LIMITS } from '../fields/asset-limits.ts';
import { outboxWith } from '../messaging/outbox.ts';
import { assetRecord, type AssetRecord, type PublishedAsset } from './asset-record.ts';
import { tombstoneOf, tombstoneOfNothing } from './asset-tombstone.ts';
import { newestFacts } from './newest-release.ts';
import { dynamoAddPictures, type AddPictures } from './picture-publication.ts';
import { releaseRecord, type ReleaseRecord } from './release-record.ts';
import { searchFacts } from './search-facts.ts';

/** What a new asset brings besides its first release. */
export type NewAsset = Pick<
  PublishedAsset,
  'asin' | 'user_id' | 'name' | 'description' | 'kind' | 'tags' | 'license' | 'images'
>;

/**
 * `published`: this upload's release is visible, now or since an earlier try. The others say why it can
 * never be: the asset is gone, its version is taken by another upload, or it has all the releases it can have.
 */
export type PublicationResult =
  | { readonly outcome: 'published'; readonly revision: number }
  | { readonly outcome: 'asset_gone' | 'version_taken' | 'too_many_releases' | 'not_owner' };

/**
 * The only writes that ingest makes in the catalog's tables: three publish, one undoes, one tidies up. All are
 * idempotent by the upload's ids; the first four end in one conditional write of the asset's item, which
 * makes visible what was published and holds its event.
 */
export interface Publication {
  /** The asset as its item says now, or its tombstone. */
  findAsset(asin: string): Promise<AssetRecord | undefined>;
  /** A release's item, whether its asset names it or not. */
  findRelease(asin: string, releaseId: string): Promise<ReleaseRecord | undefined>;
  createAsset(asset: NewAsset, release: ReleaseRecord, eventId: string): Promise<PublicationResult>;
  addRelease(release: ReleaseRecord, eventId: string): Promise<PublicationResult>;
  /** Appends the pictures of one upload to an asset that is there. */
  addPictures: AddPictures;
  /**
   * Takes a publication back whose owner turned out to be gone: the asset becomes a tombstone, also where
   * it was not created yet, so that a slower worker cannot create it any more. Idempotent.
   */
  withdraw(asset: Pick<NewAsset, 'asin' | 'user_id'>, eventId: string, now: string): Promise<void>;
  /** Removes the item of a release whose upload ended without being published; never one that an asset names. */
  discardRelease(release: Pick<ReleaseRecord, 'asin' | 'release_id'>): Promise<void>;
}

/** Whether the release is visible: its asset is there and names it. */
export function namesRelease(asset: AssetRecord | undefined, releaseId: string): boolean {
  if (asset?.status !== 'published') return false;
  return Object.values(asset.releases).some(({ release_id }) => release_id === releaseId);
}

export function dynamoPublication(options: {
  document: Document;
  assetsTable: string;
  releasesTable: string;
}): Publication {
  const { document, assetsTable, releasesTable } = options;

  async function readAsset(asin: string): Promise<AssetRecord | undefined> {
    const { Item } = await document.send(
      new GetCommand({ TableName: assetsTable, Key: { asin }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : assetRecord.parse(Item);
  }

  async function readRelease(key: Pick<ReleaseRecord, 'asin' | 'release_id'>) {
    const { Item } = await document.send(
      new GetCommand({ TableName: releasesTable, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  /** Invisible until the asset names it; written again by a repeated try, with the same content. */
  async function writeRelease(release: ReleaseRecord, attempt: string): Promise<void> {
    await document.send(
      new PutCommand({ TableName: releasesTable, Item: { ...release, written_by: attempt } }),
    );
  }

  /**
   * Removes a release that was refused, if no other attempt has written it since. Whoever wrote it before
   * that read an older revision of the asset than the one that refused it, so their update fails.
   */
  async function removeRelease(
    { asin, release_id }: Pick<ReleaseRecord, 'asin' | 'release_id'>,
    attempt: string,
  ): Promise<void> {
    await wins(
      document.send(
        new DeleteCommand({
          TableName: releasesTable,
          Key: { asin, release_id },
          ConditionExpression: 'written_by = :attempt',
          ExpressionAttributeValues: { ':attempt': attempt },
        }),
      ),
    );
  }

  async function insertAsset(asset: PublishedAsset): Promise<boolean> {
    return wins(
      document.send(
        new PutCommand({
          TableName: assetsTable,
          Item: asset,
          ConditionExpression: 'attribute_not_exists(asin)',
        }),
      ),
    );
  }

  /** Names the attributes that it changes: `downloads` is the counter's, and goes on beside this. */
  async function updateAsset(asset: PublishedAsset, changes: Partial<PublishedAsset>): Promise<boolean> {
    const { expression, names, values } = setExpression(changes);
    return wins(
      document.send(
        new UpdateCommand({
          TableName: assetsTable,
          Key: { asin: asset.asin },
          UpdateExpression: expression,
          ConditionExpression: '#revision = :expected',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...values, ':expected': asset.revision },
        }),
      ),
    );
  }

  /** Makes the release visible, or says why it cannot be; then what `attempt` wrote of it is left behind. */
  async function tryToAdd(
    release: ReleaseRecord,
    eventId: string,
    attempt: string,
  ): Promise<PublicationResult> {
    for (;;) {
      const asset = await readAsset(release.asin);
      if (asset?.status !== 'published') return { outcome: 'asset_gone' };
      const taken = asset.releases[release.version];
      if (taken?.release_id === release.release_id) {
        return { outcome: 'published', revision: asset.revision };
      }
      // Shown before and deleted since, while whoever published it had no time to say so.
      if (asset.removed_releases?.includes(release.release_id) === true) {
        return { outcome: 'published', revision: asset.revision };
      }
      const removed = asset.removed_versions ?? [];
      if (taken !== undefined || removed.includes(release.version)) return { outcome: 'version_taken' };
      if (asset.user_id !== release.user_id && !asset.co_owners.includes(release.user_id)) {
        return { outcome: 'not_owner' };
      }
      if (Object.keys(asset.releases).length + removed.length >= ASSET_LIMITS.releases)
        return { outcome: 'too_many_releases' };
      await writeRelease(release, attempt);
      const revision = asset.revision + 1;
      const event: CairnEvent = {
        id: eventId,
        type: 'release.published',
        occurred_at: release.date_posted,
        asin: release.asin,
        user_id: asset.user_id,
        version: release.version,
        revision,
      };
      const added = await updateAsset(asset, {
        revision,
        date_updated: release.date_posted,
        ...withRelease(asset.releases, release),
        ...outboxWith(asset.asin, event, asset.outbox),
      });
      if (added) return { outcome: 'published', revision };
    }
  }

  return {
    findAsset: readAsset,

    async findRelease(asin, releaseId) {
      const item = await readRelease({ asin, release_id: releaseId });
      return item && releaseRecord.parse(item);
    },

    async createAsset(asset, release, eventId) {
      const event: CairnEvent = {
        id: eventId,
        type: 'asset.published',
        occurred_at: release.date_posted,
        asin: asset.asin,
        user_id: asset.user_id,
        revision: 1,
      };
      const attempt = randomUUID();
      await writeRelease(release, attempt);
      const created = await insertAsset({
        ...asset,
        co_owners: [],
        status: 'published',
        revision: 1,
        date_posted: release.date_posted,
        date_updated: release.date_posted,
        asset_location: `/v1/assets/${asset.asin}/download`,
        downloads: 0,
        upload_id: release.upload_id,
        ...withRelease({}, release),
        ...outboxWith(asset.asin, event),
      });
      if (created) return { outcome: 'published', revision: 1 };
      const existing = await readAsset(asset.asin);
      if (existing?.status === 'published' && existing.upload_id === release.upload_id) {
        // Its first release may have been deleted since.
        if (!namesRelease(existing, release.release_id)) await removeRelease(release, attempt);
        return { outcome: 'published', revision: existing.revision };
      }
      await removeRelease(release, attempt);
      return { outcome: 'asset_gone' };
    },

    async addRelease(release, eventId) {
      const attempt = randomUUID();
      const result = await tryToAdd(release, eventId, attempt);
      if (result.outcome !== 'published') await removeRelease(release, attempt);
      return result;
    },

    addPictures: dynamoAddPictures({ document, assetsTable }),

    async withdraw({ asin, user_id }, eventId, now) {
      for (;;) {
        const asset = await readAsset(asin);
        if (asset?.status === 'deleted') return;
        const tombstone =
          asset === undefined ? tombstoneOfNothing(asin, user_id, now) : tombstoneOf(asset, eventId, now);
        const write = document.send(
          new PutCommand({
            TableName: assetsTable,
            Item: tombstone,
            ...(asset === undefined
              ? { ConditionExpression: 'attribute_not_exists(asin)' }
              : {
                  ConditionExpression: 'revision = :expected',
                  ExpressionAttributeValues: { ':expected': asset.revision },
                }),
          }),
        );
        if (await wins(write)) return;
      }
    },

    async discardRelease({ asin, release_id }) {
      const item = await readRelease({ asin, release_id });
      // The asset is read after the release: who wrote the release later than that is spared by its attempt.
      if (item === undefined || namesRelease(await readAsset(asin), release_id)) return;
      await removeRelease({ asin, release_id }, String(item.written_by));
    },
  };
}

/** The asset's view of its releases after one more: size, engines and file names are the newest one's. */
function withRelease(
  releases: PublishedAsset['releases'],
  added: ReleaseRecord,
): Pick<PublishedAsset, 'releases' | 'version' | 'asset_size' | 'compatible_engine_ver' | 'file_words'> {
  const { release_id, compatible_engine_ver, size, date_posted, file_words } = added;
  const summary = { release_id, compatible_engine_ver, size, date_posted, ...searchFacts(added) };
  const all = { ...releases, [added.version]: summary };
  const alone = { version: added.version, asset_size: size, compatible_engine_ver };
  const newest = newestFacts(all) ?? alone;
  return { releases: all, ...newest, ...(newest.version === added.version ? { file_words } : {}) };
}
