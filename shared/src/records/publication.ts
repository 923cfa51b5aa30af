import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '../aws/clients.ts';
import { wins } from '../aws/conditions.ts';
import { setExpression } from '../aws/set-expression.ts';
import type { CairnEvent } from '../events/event-envelope.ts';
import { ASSET_LIMITS } from '../fields/asset-fields.ts';
import { newestVersion } from '../fields/release-version.ts';
import { outboxWith } from '../messaging/outbox.ts';
import { assetRecord, type AssetRecord, type PublishedAsset } from './asset-record.ts';
import { tombstoneOf, tombstoneOfNothing } from './asset-tombstone.ts';
import type { ReleaseRecord } from './release-record.ts';

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
 * The only writes that ingest makes in the catalog's tables: two publish, one undoes. All are idempotent by the upload's ids and
 * end in one conditional write of the asset's item, which makes the release visible and holds its event.
 */
export interface Publication {
  /** The asset as its item says now, or its tombstone. */
  findAsset(asin: string): Promise<AssetRecord | undefined>;
  createAsset(asset: NewAsset, release: ReleaseRecord, eventId: string): Promise<PublicationResult>;
  addRelease(release: ReleaseRecord, eventId: string): Promise<PublicationResult>;
  /**
   * Takes a publication back whose owner turned out to be gone: the asset becomes a tombstone, also where
   * it was not created yet, so that a slower worker cannot create it any more. Idempotent.
   */
  withdraw(asset: Pick<NewAsset, 'asin' | 'user_id'>, eventId: string, now: string): Promise<void>;
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

  /** Invisible until the asset names it; written again by a repeated try, with the same content. */
  async function writeRelease(release: ReleaseRecord): Promise<void> {
    await document.send(new PutCommand({ TableName: releasesTable, Item: release }));
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

  return {
    findAsset: readAsset,

    async createAsset(asset, release, eventId) {
      const event: CairnEvent = {
        id: eventId,
        type: 'asset.published',
        occurred_at: release.date_posted,
        asin: asset.asin,
        user_id: asset.user_id,
        revision: 1,
      };
      await writeRelease(release);
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
      return existing?.status === 'published' && existing.upload_id === release.upload_id
        ? { outcome: 'published', revision: existing.revision }
        : { outcome: 'asset_gone' };
    },

    async addRelease(release, eventId) {
      for (;;) {
        const asset = await readAsset(release.asin);
        if (asset?.status !== 'published') return { outcome: 'asset_gone' };
        const taken = asset.releases[release.version];
        if (taken?.release_id === release.release_id) {
          return { outcome: 'published', revision: asset.revision };
        }
        if (taken !== undefined) return { outcome: 'version_taken' };
        if (asset.user_id !== release.user_id && !asset.co_owners.includes(release.user_id)) {
          return { outcome: 'not_owner' };
        }
        if (Object.keys(asset.releases).length >= ASSET_LIMITS.releases)
          return { outcome: 'too_many_releases' };
        await writeRelease(release);
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
    },

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
  };
}

/** The asset's view of its releases after one more: size and engines are the newest one's. */
function withRelease(
  releases: PublishedAsset['releases'],
  added: ReleaseRecord,
): Pick<PublishedAsset, 'releases' | 'version' | 'asset_size' | 'compatible_engine_ver'> {
  const { release_id, compatible_engine_ver, size, date_posted } = added;
  const all = { ...releases, [added.version]: { release_id, compatible_engine_ver, size, date_posted } };
  const version = newestVersion(Object.keys(all)) ?? added.version;
  const newest = all[version] ?? added;
  return {
    releases: all,
    version,
    asset_size: newest.size,
    compatible_engine_ver: newest.compatible_engine_ver,
  };
}
