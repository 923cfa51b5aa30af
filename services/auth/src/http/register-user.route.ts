import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { RegisterUser } from '../domain/register-user.ts';
import { newCredentials, NO_STORE, signedIn, signedInBody } from './schemas.ts';
import { tellUser } from './tell-who.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/users',
  operationId: 'PostCreateUser',
  summary: 'Create an account',
  description: 'Registers a username with a password and signs in at once.',
  tags: ['accounts'],
  request: { body: { required: true, content: { 'application/json': { schema: newCredentials } } } },
  responses: {
    201: {
      description: 'The account, and an access token for it',
      content: { 'application/json': { schema: signedIn } },
    },
    ...problems(...BODY_PROBLEMS, 'user.username_taken', 'auth.busy'),
  },
});

export const registerUserEndpoint = (registerUser: RegisterUser): Endpoint =>
  endpoint(route, async (c) => {
    const result = await registerUser({ ...c.req.valid('json'), userAgent: c.req.header('user-agent') });
    tellUser(c, result);
    return c.json(signedInBody(result), 201, { ...NO_STORE, location: '/v1/users/me' });
  });
