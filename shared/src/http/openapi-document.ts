import type { App } from './create-app.ts';
import { problemSchema } from './problem.ts';

export interface DocumentInfo {
  title: string;
  description: string;
}

/** Serves a service's own OpenAPI 3.1 document at `/openapi.json`; the gateway merges them into one. */
export function serveOpenApiDocument(app: App, info: DocumentInfo): void {
  app.openAPIRegistry.register('Problem', problemSchema);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token from `PostCreateUser`, `GetLoginUser` or `POST /v1/sessions`.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'Username and password, for `GetLoginUser` only.',
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: info.title, description: info.description, version: '0.1.0' },
  });
}
