import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { ListSessions } from '../domain/list-sessions.ts';
import { USER_AGENT_LENGTH } from '../domain/session.ts';
import { NO_STORE } from './schemas.ts';

const sessionItem = z
  .object({
    session_id: idSchema('session'),
    device: z.string().max(USER_AGENT_LENGTH).openapi({
      description: 'What the client called itself; empty where it did not say',
      example: 'cairn-cli/1.2 (linux)',
    }),
    date_created: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
    last_used: z.iso.date().openapi({ description: 'A day in UTC', example: '2026-11-22' }),
    expires_at: z.iso.datetime().openapi({
      description: 'When it ends unless it is refreshed before',
      example: '2026-12-22T12:00:00.000Z',
    }),
    current: z.boolean().openapi({ description: 'The one that asks' }),
  })
  .openapi('Session');

const sessionList = z.object({ items: z.array(sessionItem) }).openapi('SessionList');

const route = createRoute({
  method: 'get',
  path: '/v1/sessions',
  operationId: 'ListSessions',
  summary: 'Where the account is signed in',
  description: 'The sessions that are open, the one that was used last in front.',
  tags: ['sessions'],
  responses: {
    200: { description: 'The sessions', content: { 'application/json': { schema: sessionList } } },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required'),
  },
});

export const listSessionsEndpoint = (listSessions: ListSessions): Endpoint =>
  endpoint(route, async (c) => {
    const { userId, sessionId } = requirePrincipal(c);
    const sessions = await listSessions(userId);
    const items = sessions.map((session) => ({
      session_id: session.session_id,
      device: session.user_agent ?? '',
      date_created: session.created_at,
      last_used: session.last_used_day,
      expires_at: new Date(session.expires_at * 1_000).toISOString(),
      current: session.session_id === sessionId,
    }));
    return c.json(sessionList.parse({ items }), 200, NO_STORE);
  });
