import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { RevokeApiKey } from '../domain/revoke-api-key.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/keys/{key_id}',
  operationId: 'RevokeApiKey',
  summary: 'Revoke an API key',
  description: 'Every service refuses it, usually within a minute and in any case within ten.',
  tags: ['keys'],
  request: { params: z.object({ key_id: idSchema('key') }) },
  responses: {
    204: { description: 'The key is revoked' },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required', 'key.not_found', 'request.invalid'),
  },
});

export const revokeApiKeyEndpoint = (revokeApiKey: RevokeApiKey): Endpoint =>
  endpoint(route, async (c) => {
    await revokeApiKey(requirePrincipal(c).userId, c.req.valid('param').key_id);
    return c.body(null, 204);
  });
