import { createApp, type App } from '@cairn/shared/http/create-app';
import { publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import type { TokenVerifier } from '@cairn/shared/http/token-verifier';
import type { Logger } from '@cairn/shared/logging/logger';
import type { DeclareUpload } from './domain/declare-upload.ts';
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
  getReceipt: GetReceipt;
}

export function createIngestApp(deps: IngestAppDeps): App {
  const app = createApp({ service: 'ingest', logger: deps.logger });

  // For everybody.
  publicEndpoints(app, undefined, [getLimitsRoute(deps.limits)]);

  // For a signed-in user; each sees their own uploads only.
  signedInEndpoints(app, deps.verify, 'assets:write', [declareUploadRoute(deps.declareUpload)]);
  signedInEndpoints(app, deps.verify, 'assets:read', [getUploadRoute(deps.getReceipt)]);

  app.openAPIRegistry.register('NewAssetUpload', newAssetSchema);
  app.openAPIRegistry.register('NewReleaseUpload', newReleaseSchema);
  serveOpenApiDocument(app, { title: 'Cairn ingest', description: 'From declaration to publication.' });
  return app;
}
