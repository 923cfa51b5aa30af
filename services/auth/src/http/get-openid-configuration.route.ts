import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { SCOPES } from '@cairn/shared/http/principal';

const configuration = z
  .object({
    issuer: z.string().openapi({ example: 'https://api.example.com' }),
    jwks_uri: z.string().openapi({ example: 'https://api.example.com/.well-known/jwks.json' }),
    revocations_uri: z
      .string()
      .openapi({ description: 'Of Cairn alone', example: 'https://api.example.com/.well-known/revocations' }),
    response_types_supported: z.array(z.string()).openapi({ example: [] }),
    subject_types_supported: z.array(z.string()).openapi({ example: ['public'] }),
    id_token_signing_alg_values_supported: z.array(z.string()).openapi({ example: ['RS256'] }),
    scopes_supported: z.array(z.string()).openapi({ example: [...SCOPES] }),
    claims_supported: z.array(z.string()).openapi({ example: ['iss', 'sub', 'aud', 'exp'] }),
  })
  .openapi('OpenIdConfiguration');

const route = createRoute({
  method: 'get',
  path: '/.well-known/openid-configuration',
  operationId: 'GetOpenIdConfiguration',
  summary: 'Where the keys are, and what they sign',
  description:
    'The discovery document by which libraries find the public keys. Cairn signs people in by its own routes; it has no authorization endpoint, and its tokens are access tokens (RFC 9068), no id tokens.',
  tags: ['keys'],
  responses: {
    200: { description: 'The document', content: { 'application/json': { schema: configuration } } },
  },
});

const CLAIMS = ['iss', 'aud', 'sub', 'username', 'sid', 'scope', 'exp', 'iat', 'jti'];

export const getOpenIdConfigurationEndpoint = (issuer: string, publicUrl: string): Endpoint =>
  endpoint(route, (c) =>
    c.json(
      configuration.parse({
        issuer,
        jwks_uri: `${publicUrl}/.well-known/jwks.json`,
        revocations_uri: `${publicUrl}/.well-known/revocations`,
        response_types_supported: [],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: [...SCOPES],
        claims_supported: CLAIMS,
      }),
      200,
      { 'cache-control': 'public, max-age=300, must-revalidate' },
    ),
  );
