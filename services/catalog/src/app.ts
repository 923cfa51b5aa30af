import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ReleaseRecord } from '@cairn/shared/records/release-record';
import type { DeleteInput } from './domain/delete-asset.ts';
import type { GrantedDownload, GrantInput } from './domain/downloads/grant-download.ts';
import type { EditInput } from './domain/edit-asset.ts';
import type { AssetReader } from './domain/get-asset.ts';
import type { SearchInput, SearchPage } from './domain/search/search-assets.ts';
import type { PublicUrls } from './http/asset-bodies.ts';
import { deleteAssetEndpoint } from './http/delete-asset.route.ts';
import { downloadAssetEndpoint } from './http/download-asset.route.ts';
import { downloadFileEndpoint } from './http/download-file.route.ts';
import { editAssetEndpoint } from './http/edit-asset.route.ts';
import { getAssetEndpoint } from './http/get-asset.route.ts';
import { getReleaseEndpoint } from './http/get-release.route.ts';
import { searchAssetsEndpoint } from './http/search-assets.route.ts';

export interface CatalogAppDeps {
  readonly logger: Logger;
  readonly verify: TokenVerifier;
  readonly urls: PublicUrls;
  readonly trustedProxies: number;
  readonly searchAssets: (input: SearchInput) => Promise<SearchPage>;
  readonly getAsset: (reader: AssetReader) => Promise<PublishedAsset>;
  readonly getRelease: (input: AssetReader & { version: string }) => Promise<ReleaseRecord>;
  readonly grantDownload: (input: GrantInput) => Promise<GrantedDownload>;
  readonly editAsset: (input: EditInput) => Promise<PublishedAsset>;
  readonly deleteAsset: (input: DeleteInput) => Promise<void>;
}

export function createCatalogApp(deps: CatalogAppDeps): App {
  const app = createApp({ service: 'catalog', logger: deps.logger });
  const downloads = { grant: deps.grantDownload, trustedProxies: deps.trustedProxies };

  publicEndpoints(app, deps.verify, [
    searchAssetsEndpoint(deps.searchAssets, deps.urls),
    getAssetEndpoint(deps.getAsset, deps.urls),
    getReleaseEndpoint(deps.getRelease, deps.urls),
    downloadAssetEndpoint(downloads),
    downloadFileEndpoint(downloads),
  ]);

  signedInEndpoints(app, deps.verify, 'assets:write', [
    editAssetEndpoint(deps.editAsset, deps.urls),
    deleteAssetEndpoint(deps.deleteAsset),
  ]);

  serveOpenApiDocument(app, {
    title: 'Cairn: catalog',
    description: 'Finding, reading, downloading, editing and deleting published assets.',
  });
  return app;
}
