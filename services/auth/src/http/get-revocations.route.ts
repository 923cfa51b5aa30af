import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';

export type SignedRevocations = () => Promise<string>;

const route = createRoute({
  method: 'get',
  path: '/.well-known/revocations',
  operationId: 'GetRevocations',
  summary: 'What is revoked before it would have ended',
  description:
    'A compact JWS of type `revocations+jws`, signed like the tokens. Its payload has `iss`, `aud`, `iat` and `revoked`: ids of API keys (`jti`), sessions (`sid`) and users (`sub`) whose tokens are refused. A list older than ten minutes proves nothing.',
  tags: ['keys'],
  responses: {
    200: {
      description: 'The signed list',
      content: {
        'application/jose': {
          schema: z.string().openapi({
            example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6InJldm9jYXRpb25zK2p3cyJ9.eyJyZXZva2VkIjpbXX0.c2lnbmF0dXJl',
          }),
        },
      },
    },
    ...problems('service.unavailable'),
  },
});

export const getRevocationsEndpoint = (signedRevocations: SignedRevocations): Endpoint =>
  endpoint(route, async (c) =>
    c.body(await signedRevocations(), 200, {
      'content-type': 'application/jose',
      'cache-control': 'no-store',
    }),
  );
