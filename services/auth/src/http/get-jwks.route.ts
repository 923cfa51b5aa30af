import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import type { KeyStore } from '../domain/ports.ts';

const publicJwk = z
  .object({
    kty: z.literal('RSA'),
    use: z.literal('sig'),
    alg: z.literal('RS256'),
    kid: z.string().openapi({ example: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }),
    n: z.string().openapi({ example: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAt' }),
    e: z.string().openapi({ example: 'AQAB' }),
  })
  .openapi('PublicKey');

const keySet = z.object({ keys: z.array(publicJwk) }).openapi('PublicKeySet');

const route = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'GetJwks',
  summary: 'The public keys of the access tokens',
  description: 'A JSON Web Key Set (RFC 7517): the key that signs, and a standby that will sign next.',
  tags: ['keys'],
  responses: {
    200: {
      description: 'The public keys',
      content: { 'application/json': { schema: keySet } },
    },
  },
});

/** Half of the ten minutes within which a removed key must be refused everywhere. */
const CACHE_CONTROL = 'public, max-age=300, must-revalidate';

export const getJwksEndpoint = (keys: KeyStore): Endpoint =>
  endpoint(route, async (c) => {
    const body = keySet.parse({ keys: await keys.publicKeys() });
    return c.json(body, 200, { 'cache-control': CACHE_CONTROL });
  });
