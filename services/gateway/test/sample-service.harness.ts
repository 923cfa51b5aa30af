import { createRoute, z } from '@hono/zod-openapi';
import { createApp } from '@cairn/shared/http/create-app';
import { endpoint, publicEndpoints, signedInEndpoints } from '@cairn/shared/http/endpoint';
import { serveOpenApiDocument } from '@cairn/shared/http/openapi-document';
import { problems } from '@cairn/shared/http/problem';
import { silentLogger } from '@cairn/shared/logging/logger';
import { serve, type RunningServer } from '@cairn/shared/http/serve';

const thing = z.object({ id: z.string(), size: z.number().int() }).openapi('Thing');

interface Operation {
  operationId: string;
  method: 'get' | 'post';
  path: string;
  tag: string;
}

/** A service with documented operations, made as the real ones are. */
export function startSampleService(name: string, operations: readonly Operation[]): Promise<RunningServer> {
  const app = createApp({ service: name, logger: silentLogger() });
  const endpoints = operations.map(({ operationId, method, path, tag }) =>
    endpoint(
      createRoute({
        operationId,
        method,
        path,
        summary: `${operationId} of ${name}`,
        description: 'For tests.',
        tags: [tag],
        request: {
          query: z.object({ q: z.string().optional().openapi({ example: 'knight' }) }),
          ...(method === 'post'
            ? { body: { required: true, content: { 'application/json': { schema: thing } } } }
            : {}),
        },
        responses: {
          200: { description: 'The thing', content: { 'application/json': { schema: thing } } },
          ...problems('request.invalid', 'asset.not_found', 'auth.required'),
        },
      }),
      (c) => c.json({ id: name, size: 1 }, 200),
    ),
  );
  const reading = endpoints.filter(({ route }) => route.method === 'get');
  const writing = endpoints.filter(({ route }) => route.method !== 'get');
  const verify = () => Promise.reject(new Error('nobody signs in here'));
  publicEndpoints(app, verify, reading);
  signedInEndpoints(app, verify, 'assets:write', writing);
  serveOpenApiDocument(app, { title: name, description: `The ${name} service` });
  return serve(app.fetch, { host: '127.0.0.1', port: 0 });
}
