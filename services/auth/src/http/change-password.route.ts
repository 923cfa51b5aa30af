import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { clientAddress } from '@cairn/shared/http/client-address';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { ChangePassword } from '../domain/change-password.ts';
import { requireSession } from './require-session.ts';
import { passwordChange } from './schemas.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/users/me/password',
  operationId: 'ChangePassword',
  summary: 'Change the password',
  description:
    'Needs the current one. Every other session ends: its refresh token at once, its access token within ten minutes everywhere. API keys stay.',
  tags: ['accounts'],
  request: { body: { required: true, content: { 'application/json': { schema: passwordChange } } } },
  responses: {
    204: { description: 'The new password is the one that counts' },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'auth.session_required',
      'auth.invalid_credentials',
      'auth.busy',
      'auth.too_many_attempts',
    ),
  },
});

export const changePasswordEndpoint = (changePassword: ChangePassword, trustedProxies: number): Endpoint =>
  endpoint(route, async (c) => {
    const { current_password: currentPassword, new_password: newPassword } = c.req.valid('json');
    const address = clientAddress(c, trustedProxies);
    await changePassword({ ...requireSession(c), currentPassword, newPassword, address });
    return c.body(null, 204);
  });
