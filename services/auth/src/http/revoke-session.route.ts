import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { EndSession } from '../domain/end-sessions.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/sessions/{session_id}',
  operationId: 'RevokeSession',
  summary: 'End one session',
  description: 'Signs a device out, by the id that the list of sessions told.',
  tags: ['sessions'],
  request: { params: z.object({ session_id: idSchema('session') }) },
  responses: {
    204: { description: 'The session has ended' },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required', 'session.not_found', 'request.invalid'),
  },
});

export const revokeSessionEndpoint = (revokeSession: EndSession): Endpoint =>
  endpoint(route, async (c) => {
    await revokeSession(requirePrincipal(c).userId, c.req.valid('param').session_id);
    return c.body(null, 204);
  });
