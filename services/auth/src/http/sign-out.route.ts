import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { EndSession } from '../domain/end-sessions.ts';
import { requireSession } from './require-session.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/sessions/current',
  operationId: 'SignOut',
  summary: 'Sign out',
  description:
    'Ends the session of the access token. Its refresh token is refused at once, its access token within ten minutes everywhere.',
  tags: ['sessions'],
  responses: {
    204: { description: 'Signed out' },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required'),
  },
});

export const signOutEndpoint = (endSession: EndSession): Endpoint =>
  endpoint(route, async (c) => {
    const { userId, sessionId } = requireSession(c);
    await endSession(userId, sessionId);
    return c.body(null, 204);
  });
