import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { CreateApiKey } from '../domain/create-api-key.ts';
import { apiKeyBody, createdApiKey, newApiKey } from './key-schemas.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'CreateApiKey',
  summary: 'Make an API key',
  description:
    'For a build server or an editor plug-in, which should hold no password. It does what its scopes say until it ends or is revoked; it can neither make keys nor end sessions.',
  tags: ['keys'],
  request: { body: { required: true, content: { 'application/json': { schema: newApiKey } } } },
  responses: {
    201: {
      description: 'The key, which is shown this once',
      content: { 'application/json': { schema: createdApiKey } },
    },
    ...problems(...BODY_PROBLEMS, ...SIGNED_IN_PROBLEMS, 'auth.session_required', 'key.limit_reached'),
  },
});

export const createApiKeyEndpoint = (createApiKey: CreateApiKey): Endpoint =>
  endpoint(route, async (c) => {
    const { name, scopes, expires_in_days: days } = c.req.valid('json');
    const { key, secret } = await createApiKey({ userId: requirePrincipal(c).userId, name, scopes, days });
    return c.json(createdApiKey.parse({ ...apiKeyBody(key), key: secret }), 201, NO_STORE);
  });
