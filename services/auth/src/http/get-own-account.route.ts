import { createRoute } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { GetOwnAccount } from '../domain/get-own-account.ts';
import { ownAccount } from './account-schemas.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/users/me',
  operationId: 'GetOwnUser',
  summary: 'The account that is signed in',
  description: 'What is known about the account that the access token is for.',
  tags: ['accounts'],
  responses: {
    200: { description: 'The account', content: { 'application/json': { schema: ownAccount } } },
    ...problems(...SIGNED_IN_PROBLEMS),
  },
});

export const getOwnAccountEndpoint = (getOwnAccount: GetOwnAccount): Endpoint =>
  endpoint(route, async (c) => {
    const own = await getOwnAccount(requirePrincipal(c).userId);
    return c.json(ownAccount.parse(own), 200, NO_STORE);
  });
