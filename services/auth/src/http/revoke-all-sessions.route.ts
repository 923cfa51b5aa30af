import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { EndSessions } from '../domain/end-sessions.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/sessions',
  operationId: 'RevokeAllSessions',
  summary: 'End every session',
  description: 'Signs every device out, also the one that asks. API keys stay.',
  tags: ['sessions'],
  responses: {
    204: { description: 'No session is open any more' },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required'),
  },
});

export const revokeAllSessionsEndpoint = (endSessions: EndSessions): Endpoint =>
  endpoint(route, async (c) => {
    await endSessions(requirePrincipal(c).userId);
    return c.body(null, 204);
  });
