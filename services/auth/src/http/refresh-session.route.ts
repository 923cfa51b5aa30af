import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { RefreshSession } from '../domain/refresh-session.ts';
import { NO_STORE, refreshProof, signedIn, signedInBody } from './schemas.ts';
import { tellUser } from './tell-who.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/sessions/refresh',
  operationId: 'RefreshSession',
  summary: 'Exchange a refresh token',
  description:
    'Answers with a new access token and the next refresh token; the one that was sent is good no more. A refresh token that comes a second time ends its session, because somebody else has it too.',
  tags: ['sessions'],
  request: { body: { required: true, content: { 'application/json': { schema: refreshProof } } } },
  responses: {
    200: {
      description: 'New tokens of the same session',
      content: { 'application/json': { schema: signedIn } },
    },
    ...problems(...BODY_PROBLEMS, 'auth.invalid_refresh_token', 'service.unavailable'),
  },
});

export const refreshSessionEndpoint = (refreshSession: RefreshSession): Endpoint =>
  endpoint(route, async (c) => {
    const result = await refreshSession(c.req.valid('json').refresh_token);
    tellUser(c, result);
    return c.json(signedInBody(result), 200, NO_STORE);
  });
