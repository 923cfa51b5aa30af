import type { App } from '@cairn/shared/http/create-app';
import type { ApiDocument } from '../domain/api-document.ts';

/** What the gateway answers itself, besides its health. */
export function ownResources(app: App, deps: { publicUrl: string; apiDocument: ApiDocument }): void {
  const at = (path: string) => `${deps.publicUrl}${path}`;
  app.get('/', (c) =>
    c.json({
      name: 'Cairn',
      links: {
        openapi: at('/openapi.json'),
        assets: at('/v1/assets'),
        limits: at('/v1/limits'),
        users: at('/v1/users'),
        sessions: at('/v1/sessions'),
        jwks: at('/.well-known/jwks.json'),
      },
    }),
  );
  app.get('/openapi.json', async (c) => {
    const text = await deps.apiDocument();
    return c.body(text, 200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' });
  });
}
