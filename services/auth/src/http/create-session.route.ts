import { createRoute } from '@hono/zod-openapi';
import { clientAddress } from '@cairn/shared/http/client-address';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { SignIn } from '../domain/sign-in.ts';
import { tellSignIn } from './tell-who.ts';
import { credentials, NO_STORE, signedIn, signedInBody } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/sessions',
  operationId: 'CreateSession',
  summary: 'Sign in with a JSON body',
  description: 'Starts a session. Unknown users and wrong passwords get the same answer.',
  tags: ['sessions'],
  request: { body: { required: true, content: { 'application/json': { schema: credentials } } } },
  responses: {
    201: {
      description: 'An access token, and the account that it is for',
      content: { 'application/json': { schema: signedIn } },
    },
    ...problems(
      ...BODY_PROBLEMS,
      'auth.invalid_credentials',
      'auth.busy',
      'auth.too_many_attempts',
      'service.unavailable',
    ),
  },
});

export const createSessionEndpoint = (signIn: SignIn, trustedProxies: number): Endpoint =>
  endpoint(route, async (c) => {
    const result = await tellSignIn(c, signIn, {
      ...c.req.valid('json'),
      userAgent: c.req.header('user-agent'),
      address: clientAddress(c, trustedProxies),
    });
    return c.json(signedInBody(result), 201, NO_STORE);
  });
