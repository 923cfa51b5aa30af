import { createRoute } from '@hono/zod-openapi';
import { clientAddress } from '@cairn/shared/http/client-address';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { RenameUser } from '../domain/rename-user.ts';
import { usernameChange } from './account-schemas.ts';
import { requireSession } from './require-session.ts';
import { account, NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'patch',
  path: '/v1/users/me',
  operationId: 'ChangeUsername',
  summary: 'Change the username',
  description:
    'Needs the password, and is possible once a day; another spelling of the same name at any time. Sign-in takes exactly one of the two names at any moment. Tokens that are out already show the old one until they end. The old one is nobody else’s for 30 days.',
  tags: ['accounts'],
  request: { body: { required: true, content: { 'application/json': { schema: usernameChange } } } },
  responses: {
    200: { description: 'The account', content: { 'application/json': { schema: account } } },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'auth.session_required',
      'auth.invalid_credentials',
      'auth.busy',
      'auth.too_many_attempts',
      'user.username_taken',
      'user.renamed_recently',
    ),
  },
});

export const renameUserEndpoint = (renameUser: RenameUser, trustedProxies: number): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requireSession(c);
    const address = clientAddress(c, trustedProxies);
    const renamed = await renameUser({ ...c.req.valid('json'), userId, address });
    return c.json(account.parse(renamed), 200, NO_STORE);
  });
