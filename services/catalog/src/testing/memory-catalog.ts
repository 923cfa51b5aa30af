import { DomainError } from '@cairn/shared/errors/domain-error';
import { newId } from '@cairn/shared/ids';
import { createLogger } from '@cairn/shared/logging/logger';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { memoryAssetRepository } from '../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../adapters/memory-change-log.ts';
import { memoryCountStore } from '../adapters/memory-count-store.ts';
import { memoryManifestStore } from '../adapters/memory-manifest-store.ts';
import { memoryModerationLog } from '../adapters/memory-moderation-log.ts';
import { memoryReleaseRepository } from '../adapters/memory-release-repository.ts';
import { inProcessSearchIndex } from '../adapters/search-index/in-process-search-index.ts';
import { createCatalogApp } from '../app.ts';
import { addCoOwner, removeCoOwner } from '../domain/assets/change-co-owners.ts';
import { getOwner } from '../domain/browse/get-owner.ts';
import { listEngines, listValues } from '../domain/browse/list-values.ts';
import { createVocabulary } from '../domain/browse/vocabulary.ts';
import { changeAsset } from '../domain/change-asset.ts';
import { deleteAsset } from '../domain/delete-asset.ts';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { manifestEntryFinder } from '../domain/downloads/find-manifest-entry.ts';
import { grantArchiveEntry } from '../domain/downloads/grant-archive-entry.ts';
import { grantDownload } from '../domain/downloads/grant-download.ts';
import { grantManifest } from '../domain/downloads/grant-manifest.ts';
import { editAsset } from '../domain/edit-asset.ts';
import { getAsset } from '../domain/get-asset.ts';
import { getRelease } from '../domain/get-release.ts';
import { getStats } from '../domain/get-stats.ts';
import { moderateAsset } from '../domain/moderation/moderate-asset.ts';
import { recordModeration } from '../domain/moderation/moderation-log.ts';
import { recordAssetChange } from '../domain/record-asset-change.ts';
import { deleteRelease } from '../domain/releases/delete-release.ts';
import { yankRelease } from '../domain/releases/yank-release.ts';
import { createReplica } from '../domain/replica/replica.ts';
import { searchAssets } from '../domain/search/search-assets.ts';
import { aFile, anAsset, anEvent, aRelease, AT } from './builders.ts';

export const SECRET_URL = 'https://store.test/cairn-assets/key?X-Amz-Signature=secret';

/** The whole HTTP side over memory adapters; a token is `Bearer <user id>`, maybe with
 * `.<scope>+<scope>` behind, and `.<role>` behind that. */
export function memoryCatalog(index = inProcessSearchIndex()) {
  const assets = memoryAssetRepository();
  const releases = memoryReleaseRepository();
  const changes = memoryChangeLog();
  const now = () => new Date(AT);
  const vocabulary = createVocabulary();
  const replica = createReplica({ assets, changes, index, now, views: { vocabulary } });
  const counts = memoryCountStore();
  const relayed: string[] = [];
  const grants: DownloadGrant[] = [];
  const logLines: string[] = [];
  const logger = createLogger('catalog', {
    level: 'trace',
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const writing = { assets, replica, relay: (asin: string) => void relayed.push(asin), newId, now };
  const change = changeAsset(writing);
  const deletedUsers = new Set<string>();
  const isUserDeleted = async (userId: string) => deletedUsers.has(userId);
  const moderationLog = memoryModerationLog();
  const moderating = {
    change,
    recordModeration: recordModeration({ assets, log: moderationLog, newId, now }),
  };
  const browsing = { vocabulary, replica, index };
  const readAsset = getAsset({ assets, replica });
  const granting = {
    assets,
    releases,
    presign: async () => ({ url: SECRET_URL, expiresAt: new Date(AT) }),
    record: async (grant: DownloadGrant) => void grants.push(grant),
    bounded: (work: () => Promise<void>) => work(),
    saltOf: async () => 'a salt for the tests',
    sheetOf: () => 'sheet',
    newId,
    now,
  };
  /** By key: what ingest would have put beside an archive. */
  const manifests = new Map<string, string>();
  const app = createCatalogApp({
    logger,
    verify: async (token) => {
      const [userId = '', scopes = 'assets:read+assets:write', ...roles] = token.split('.');
      if (!userId.startsWith('user_')) throw new DomainError('auth.invalid_token');
      return {
        userId,
        username: 'somebody',
        sessionId: 's',
        scopes: new Set(scopes.split('+')),
        roles: new Set(roles),
        expiresAt: 0,
      };
    },
    urls: { api: 'https://api.test', media: 'https://media.test' },
    trustedProxies: 1,
    searchAssets: searchAssets(browsing),
    getAsset: readAsset,
    getRelease: getRelease({ getAsset: readAsset, releases }),
    getStats: getStats({ getAsset: readAsset, counts, now }),
    grantDownload: grantDownload(granting),
    grantManifest: grantManifest(granting),
    grantArchiveEntry: grantArchiveEntry({
      ...granting,
      findEntry: manifestEntryFinder({ store: memoryManifestStore(manifests) }),
    }),
    getOwner: getOwner({ replica }),
    listTags: listValues(browsing, 'tags'),
    listLicenses: listValues(browsing, 'licenses'),
    listEngines: listEngines(browsing),
    editAsset: editAsset({ ...moderating, keepPicturesMs: 3_600_000 }),
    deleteAsset: deleteAsset(writing),
    addCoOwner: addCoOwner({ change, isUserDeleted }),
    removeCoOwner: removeCoOwner({ change }),
    yankRelease: yankRelease({ change, releases }),
    deleteRelease: deleteRelease({ change, releases }),
    moderateAsset: moderateAsset(moderating),
    listModeration: (asin, limit) => moderationLog.list(asin, limit),
  });

  /** What ingest and the consumer do together: the asset, its release, and the news of it. */
  async function publish(
    changes_: Partial<PublishedAsset> = {},
    file: Partial<ReleaseRecord['files'][number]> = {},
  ): Promise<{ asset: PublishedAsset; release: ReleaseRecord }> {
    const asset = anAsset(changes_);
    const release = aRelease({
      asin: asset.asin,
      user_id: asset.user_id,
      release_id: asset.releases['1.0.0']?.release_id ?? '',
      files: [aFile(file)],
    });
    assets.put(asset);
    releases.put(release);
    await recordAssetChange({ changes })(anEvent({ asin: asset.asin, type: 'asset.published', revision: 1 }));
    await replica.catchUp();
    return { asset, release };
  }

  const request = (path: string, init: RequestInit & { as?: string } = {}) => {
    const headers = new Headers(init.headers);
    if (init.as !== undefined) headers.set('authorization', `Bearer ${init.as}`);
    return app.request(path, { ...init, headers });
  };

  return {
    assets,
    releases,
    changes,
    replica,
    index,
    app,
    publish,
    request,
    manifests,
    relayed,
    grants,
    counts,
    logLines,
    writing,
    change,
    deletedUsers,
    moderationLog,
  };
}
