import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { SetUserStatus } from '../domain/set-user-status.ts';
import { statusChange, userParams, userStatus } from './account-schemas.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/users/{asin}/status',
  operationId: 'SetUserStatus',
  summary: 'Disable an account, or enable it again',
  description:
    'For administrators. A disabled account is as unknown to sign-in; its sessions end, its API keys are revoked for good and its role is taken. What it has published stays: withhold that asset by asset. It is recorded in the audit log.',
  tags: ['administration'],
  request: {
    params: userParams,
    body: { required: true, content: { 'application/json': { schema: statusChange } } },
  },
  responses: {
    200: { description: 'The status', content: { 'application/json': { schema: userStatus } } },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'auth.session_required',
      'auth.role_required',
      'user.not_found',
      'user.last_admin',
    ),
  },
});

export const setUserStatusEndpoint = (setUserStatus: SetUserStatus): Endpoint =>
  endpoint(route, async (c) => {
    const { userId: actor } = requireSession(c);
    const { asin } = c.req.valid('param');
    const status = await setUserStatus({ ...c.req.valid('json'), actor, userId: asin });
    return c.json(userStatus.parse({ asin, status }), 200, NO_STORE);
  });
