import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { Metrics } from '@cairn/shared/telemetry/metrics';
import type { AbortUpload } from './domain/sending/abort-upload.ts';
import type { CompleteFile } from './domain/sending/complete-file.ts';
import type { DeclareOnce } from './domain/declaring/declare-once.ts';
import type { DeclareUpload } from './domain/declaring/declare-upload.ts';
import type { GetFileUrls } from './domain/sending/get-file-urls.ts';
import type { ListUploads } from './domain/following/list-uploads.ts';
import type { TryDeclaration } from './domain/declaring/try-declaration.ts';
import { abortUploadRoute } from './http/abort-upload.route.ts';
import { completeFileRoute } from './http/complete-file.route.ts';
import { getFileUrlsRoute } from './http/get-file-urls.route.ts';
import { listUploadsRoute } from './http/list-uploads.route.ts';
import type { GetReceipt } from './domain/following/get-receipt.ts';
import type { Limits } from './domain/limits.ts';
import { declareUploadRoute } from './http/declare-upload.route.ts';
import { followUploadRoute, type FollowUploadRouteDeps } from './http/follow-upload.route.ts';
import { getLimitsRoute } from './http/get-limits.route.ts';
import { getUploadRoute } from './http/get-upload.route.ts';
import { fileEventSchema, uploadEventSchema } from './http/upload-events.ts';
import { newAssetSchema, newPicturesSchema, newReleaseSchema } from './http/upload-schemas.ts';

export interface IngestAppDeps extends FollowUploadRouteDeps {
  logger: Logger;
  metrics?: Metrics | undefined;
  verify: TokenVerifier;
  limits: Limits;
  declareUpload: DeclareUpload;
  declareOnce: DeclareOnce;
  tryDeclaration: TryDeclaration;
  getReceipt: GetReceipt;
  listUploads: ListUploads;
  getFileUrls: GetFileUrls;
  completeFile: CompleteFile;
  abortUpload: AbortUpload;
}

export function createIngestApp(deps: IngestAppDeps): App {
  const app = createApp({
    service: 'ingest',
    logger: deps.logger,
    metrics: deps.metrics,
    maxBodyBytes: BODY_LIMITS.ingest,
  });

  // For everybody.
  publicEndpoints(app, undefined, [getLimitsRoute(deps.limits)]);

  // For a signed-in user; each sees their own uploads only.
  signedInEndpoints(app, deps.verify, 'assets:write', [
    declareUploadRoute(deps),
    getFileUrlsRoute(deps.getFileUrls),
    completeFileRoute(deps.completeFile),
    abortUploadRoute(deps.abortUpload),
  ]);
  signedInEndpoints(app, deps.verify, 'assets:read', [
    listUploadsRoute(deps.listUploads),
    getUploadRoute(deps.getReceipt),
    followUploadRoute(deps),
  ]);

  app.openAPIRegistry.register('FileEvent', fileEventSchema);
  app.openAPIRegistry.register('UploadEvent', uploadEventSchema);
  app.openAPIRegistry.register('NewAssetUpload', newAssetSchema);
  app.openAPIRegistry.register('NewReleaseUpload', newReleaseSchema);
  app.openAPIRegistry.register('NewPicturesUpload', newPicturesSchema);
  serveOpenApiDocument(app, { title: 'Cairn ingest', description: 'From declaration to publication.' });
  return app;
}
