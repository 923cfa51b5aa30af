import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { ListApiKeys } from '../domain/list-api-keys.ts';
import { apiKeyBody, apiKeyList } from './key-schemas.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'ListApiKeys',
  summary: 'The API keys of the account',
  description: 'Those that are good, newest first, without the keys themselves.',
  tags: ['keys'],
  responses: {
    200: { description: 'The keys', content: { 'application/json': { schema: apiKeyList } } },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required'),
  },
});

export const listApiKeysEndpoint = (listApiKeys: ListApiKeys): Endpoint =>
  endpoint(route, async (c) => {
    const keys = await listApiKeys(requirePrincipal(c).userId);
    return c.json(apiKeyList.parse({ items: keys.map(apiKeyBody) }), 200, NO_STORE);
  });
