import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { AbortUpload } from './domain/abort-upload.ts';
import type { CompleteFile } from './domain/complete-file.ts';
import type { DeclareOnce } from './domain/declare-once.ts';
import type { DeclareUpload } from './domain/declare-upload.ts';
import type { GetFileUrls } from './domain/get-file-urls.ts';
import type { ListUploads } from './domain/list-uploads.ts';
import { abortUploadRoute } from './http/abort-upload.route.ts';
import { completeFileRoute } from './http/complete-file.route.ts';
import { getFileUrlsRoute } from './http/get-file-urls.route.ts';
import { listUploadsRoute } from './http/list-uploads.route.ts';
import type { GetReceipt } from './domain/get-receipt.ts';
import type { Limits } from './domain/limits.ts';
import { declareUploadRoute } from './http/declare-upload.route.ts';
import { getLimitsRoute } from './http/get-limits.route.ts';
import { getUploadRoute } from './http/get-upload.route.ts';
import { newAssetSchema, newReleaseSchema } from './http/upload-schemas.ts';

export interface IngestAppDeps {
  logger: Logger;
  verify: TokenVerifier;
  limits: Limits;
  declareUpload: DeclareUpload;
  declareOnce: DeclareOnce;
  getReceipt: GetReceipt;
  listUploads: ListUploads;
  getFileUrls: GetFileUrls;
  completeFile: CompleteFile;
  abortUpload: AbortUpload;
}

export function createIngestApp(deps: IngestAppDeps): App {
  const app = createApp({ service: 'ingest', logger: deps.logger });

  // For everybody.
  publicEndpoints(app, undefined, [getLimitsRoute(deps.limits)]);

  // For a signed-in user; each sees their own uploads only.
  signedInEndpoints(app, deps.verify, 'assets:write', [
    declareUploadRoute(deps.declareUpload, deps.declareOnce),
    getFileUrlsRoute(deps.getFileUrls),
    completeFileRoute(deps.completeFile),
    abortUploadRoute(deps.abortUpload),
  ]);
  signedInEndpoints(app, deps.verify, 'assets:read', [
    listUploadsRoute(deps.listUploads),
    getUploadRoute(deps.getReceipt),
  ]);

  app.openAPIRegistry.register('NewAssetUpload', newAssetSchema);
  app.openAPIRegistry.register('NewReleaseUpload', newReleaseSchema);
  serveOpenApiDocument(app, { title: 'Cairn ingest', description: 'From declaration to publication.' });
  return app;
}
