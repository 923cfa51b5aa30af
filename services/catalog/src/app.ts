import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints, wordOrParameter } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { CoOwnerInput } from './domain/assets/change-co-owners.ts';
import type { OwnerSummary } from './domain/browse/get-owner.ts';
import type { ListValuesInput, ValuePage } from './domain/browse/list-values.ts';
import type { DeleteInput } from './domain/delete-asset.ts';
import type { GrantedEntry, GrantEntryInput } from './domain/downloads/grant-archive-entry.ts';
import type { GrantedManifest, GrantManifestInput } from './domain/downloads/grant-manifest.ts';
import type { GrantedDownload, GrantInput } from './domain/downloads/grant-download.ts';
import type { EditInput } from './domain/edit-asset.ts';
import type { AssetReader, Reader } from './domain/get-asset.ts';
import type { ReleaseReader, ShownRelease } from './domain/get-release.ts';
import type { GetStatsInput, Stats } from './domain/get-stats.ts';
import type { ModerateInput } from './domain/moderation/moderate-asset.ts';
import type { ModerationEntry } from './domain/moderation/moderation-log.ts';
import type { DeleteReleaseInput } from './domain/releases/delete-release.ts';
import type { YankInput } from './domain/releases/yank-release.ts';
import type { SearchInput, SearchPage } from './domain/search/search-assets.ts';
import type { PublicUrls } from './http/asset-bodies.ts';
import { addCoOwnerEndpoint, removeCoOwnerEndpoint } from './http/co-owners.route.ts';
import { deleteAssetEndpoint } from './http/delete-asset.route.ts';
import { deleteReleaseEndpoint } from './http/delete-release.route.ts';
import { downloadAssetEndpoint } from './http/download-asset.route.ts';
import { downloadFileEndpoint } from './http/download-file.route.ts';
import { editAssetEndpoint } from './http/edit-asset.route.ts';
import { getArchiveEntryEndpoint } from './http/get-archive-entry.route.ts';
import { getAssetEndpoint } from './http/get-asset.route.ts';
import { getManifestEndpoint } from './http/get-manifest.route.ts';
import { getOwnerEndpoint } from './http/get-owner.route.ts';
import { getReleaseEndpoint } from './http/get-release.route.ts';
import { getStatsEndpoint } from './http/get-stats.route.ts';
import { listReleasesEndpoint } from './http/list-releases.route.ts';
import { listEnginesEndpoint, listLicensesEndpoint, listTagsEndpoint } from './http/list-values.route.ts';
import { moderateAssetEndpoint, moderationLogEndpoint } from './http/moderate-asset.route.ts';
import { newestReleaseEndpoint } from './http/newest-release.route.ts';
import { searchAssetsEndpoint } from './http/search-assets.route.ts';
import { unyankReleaseEndpoint, yankReleaseEndpoint } from './http/yank-release.route.ts';

export interface CatalogAppDeps {
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  readonly verify: TokenVerifier;
  readonly urls: PublicUrls;
  readonly trustedProxies: number;
  readonly searchAssets: (input: SearchInput) => Promise<SearchPage>;
  readonly getAsset: (reader: AssetReader) => Promise<PublishedAsset>;
  readonly getRelease: (input: ReleaseReader) => Promise<ShownRelease>;
  readonly getOwner: (input: Reader & { ownerId: string }) => Promise<OwnerSummary>;
  readonly listTags: (input: ListValuesInput) => Promise<ValuePage>;
  readonly listLicenses: (input: ListValuesInput) => Promise<ValuePage>;
  readonly listEngines: () => Promise<ValuePage>;
  readonly getStats: (input: GetStatsInput) => Promise<Stats>;
  readonly grantDownload: (input: GrantInput) => Promise<GrantedDownload>;
  readonly grantManifest: (input: GrantManifestInput) => Promise<GrantedManifest>;
  readonly grantArchiveEntry: (input: GrantEntryInput) => Promise<GrantedEntry>;
  readonly editAsset: (input: EditInput) => Promise<PublishedAsset>;
  readonly deleteAsset: (input: DeleteInput) => Promise<void>;
  readonly addCoOwner: (input: CoOwnerInput) => Promise<PublishedAsset>;
  readonly removeCoOwner: (input: CoOwnerInput) => Promise<PublishedAsset>;
  readonly yankRelease: (input: YankInput) => Promise<PublishedAsset>;
  readonly deleteRelease: (input: DeleteReleaseInput) => Promise<PublishedAsset>;
  readonly moderateAsset: (input: ModerateInput) => Promise<PublishedAsset>;
  readonly listModeration: (asin: string, limit: number) => Promise<ModerationEntry[]>;
}

export function createCatalogApp(deps: CatalogAppDeps): App {
  const app = createApp({
    service: 'catalog',
    logger: deps.logger,
    metrics: deps.metrics,
    maxBodyBytes: BODY_LIMITS.catalog,
  });
  const downloads = { grant: deps.grantDownload, trustedProxies: deps.trustedProxies };

  publicEndpoints(app, deps.verify, [
    searchAssetsEndpoint(deps.searchAssets, deps.urls),
    getAssetEndpoint(deps.getAsset, deps.urls),
    listReleasesEndpoint(deps.getAsset, deps.urls),
    wordOrParameter(newestReleaseEndpoint(deps), getReleaseEndpoint(deps)),
    getOwnerEndpoint(deps.getOwner, deps.urls),
    listTagsEndpoint(deps.listTags),
    listLicensesEndpoint(deps.listLicenses),
    listEnginesEndpoint(deps.listEngines),
    getStatsEndpoint(deps.getStats),
    downloadAssetEndpoint(downloads),
    downloadFileEndpoint(downloads),
    getManifestEndpoint(deps.grantManifest),
    getArchiveEntryEndpoint({ grant: deps.grantArchiveEntry, trustedProxies: deps.trustedProxies }),
  ]);

  signedInEndpoints(app, deps.verify, 'assets:write', [
    editAssetEndpoint(deps.editAsset, deps.urls),
    deleteAssetEndpoint(deps.deleteAsset),
    addCoOwnerEndpoint(deps.addCoOwner, deps.urls),
    removeCoOwnerEndpoint(deps.removeCoOwner, deps.urls),
    yankReleaseEndpoint(deps.yankRelease, deps.urls),
    unyankReleaseEndpoint(deps.yankRelease, deps.urls),
    deleteReleaseEndpoint(deps.deleteRelease),
    // For moderators: each asks for the role.
    moderateAssetEndpoint(deps.moderateAsset, deps.urls),
    moderationLogEndpoint(deps.listModeration),
  ]);

  serveOpenApiDocument(app, {
    title: 'Cairn: catalog',
    description: 'Finding, reading, downloading, editing and deleting published assets.',
  });
  return app;
}
