import { DomainError } from '@cairn/shared/errors/domain-error';
import { newId } from '@cairn/shared/ids';
import { createLogger } from '@cairn/shared/logging/logger';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import { memoryAssetRepository } from '../adapters/memory-asset-repository.ts';
import { memoryChangeLog } from '../adapters/memory-change-log.ts';
import { memoryReleaseRepository } from '../adapters/memory-release-repository.ts';
import { memorySearchIndex } from '../adapters/memory-search-index.ts';
import { createCatalogApp } from '../app.ts';
import { deleteAsset } from '../domain/delete-asset.ts';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { grantDownload } from '../domain/downloads/grant-download.ts';
import { editAsset } from '../domain/edit-asset.ts';
import { getAsset } from '../domain/get-asset.ts';
import { getRelease } from '../domain/get-release.ts';
import { recordAssetChange } from '../domain/record-asset-change.ts';
import { createReplica } from '../domain/replica/replica.ts';
import { searchAssets } from '../domain/search/search-assets.ts';
import { aFile, anAsset, anEvent, aRelease, AT } from './builders.ts';

export const SECRET_URL = 'https://store.test/cairn-assets/key?X-Amz-Signature=secret';

/** The whole HTTP side over memory adapters; a token is `Bearer <user id>` or `Bearer <user id>.<scope>`. */
export function memoryCatalog() {
  const assets = memoryAssetRepository();
  const releases = memoryReleaseRepository();
  const changes = memoryChangeLog();
  const index = memorySearchIndex();
  const now = () => new Date(AT);
  const replica = createReplica({ assets, changes, index, now });
  const relayed: string[] = [];
  const grants: DownloadGrant[] = [];
  const logLines: string[] = [];
  const logger = createLogger('catalog', {
    level: 'trace',
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const writing = { assets, replica, relay: (asin: string) => void relayed.push(asin), newId, now };
  const readAsset = getAsset({ assets, replica });
  const app = createCatalogApp({
    logger,
    verify: async (token) => {
      const [userId = '', scope = 'assets:write'] = token.split('.');
      if (!userId.startsWith('user_')) throw new DomainError('auth.invalid_token');
      return { userId, username: 'somebody', sessionId: 's', scopes: new Set([scope]), expiresAt: 0 };
    },
    urls: { api: 'https://api.test', media: 'https://media.test' },
    trustedProxies: 1,
    searchAssets: searchAssets({ index, replica }),
    getAsset: readAsset,
    getRelease: getRelease({ getAsset: readAsset, releases }),
    grantDownload: grantDownload({
      assets,
      releases,
      presign: async () => ({ url: SECRET_URL, expiresAt: new Date(AT) }),
      record: async (grant) => void grants.push(grant),
      clientSalt: 'a salt for the tests',
      newId,
      now,
    }),
    editAsset: editAsset(writing),
    deleteAsset: deleteAsset(writing),
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
    relayed,
    grants,
    logLines,
    writing,
  };
}
