import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { SetRole } from '../domain/set-role.ts';
import { roleChange, userParams, userRole } from './account-schemas.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/users/{asin}/role',
  operationId: 'SetUserRole',
  summary: 'Give a user a role, or take it',
  description:
    'For administrators. It counts with the next access token of the user, within ten minutes everywhere; here at once. It is recorded in the audit log. The last administrator cannot be demoted.',
  tags: ['administration'],
  request: {
    params: userParams,
    body: { required: true, content: { 'application/json': { schema: roleChange } } },
  },
  responses: {
    200: { description: 'The role', content: { 'application/json': { schema: userRole } } },
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

export const setRoleEndpoint = (setRole: SetRole): Endpoint =>
  endpoint(route, async (c) => {
    const { userId: actor } = requireSession(c);
    const { asin } = c.req.valid('param');
    const role = await setRole({ ...c.req.valid('json'), actor, userId: asin });
    return c.json(userRole.parse({ asin, role }), 200, NO_STORE);
  });
