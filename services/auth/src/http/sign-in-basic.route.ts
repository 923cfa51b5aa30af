import { createRoute } from '@hono/zod-openapi';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { clientAddress } from '@cairn/shared/http/client-address';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { SignIn } from '../domain/sign-in.ts';
import { parseBasicCredentials } from './basic-credentials.ts';
import { NO_STORE, signedIn, signedInBody } from './schemas.ts';
import { tellSignIn } from './tell-who.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/users/login',
  operationId: 'GetLoginUser',
  summary: 'Sign in with HTTP Basic',
  description:
    'Username and password travel in the Authorization header (RFC 7617, UTF-8), never in the URL. `POST /v1/sessions` does the same with a JSON body.',
  tags: ['sessions'],
  security: [{ basic: [] }],
  responses: {
    200: {
      description: 'An access token, and the account that it is for',
      content: { 'application/json': { schema: signedIn } },
    },
    ...problems('auth.invalid_credentials', 'auth.busy', 'auth.too_many_attempts', 'service.unavailable'),
  },
});

export const signInBasicEndpoint = (signIn: SignIn, trustedProxies: number): Endpoint =>
  endpoint(route, async (c) => {
    const sent = parseBasicCredentials(c.req.header('authorization'));
    if (sent === undefined) {
      throw new DomainError('auth.invalid_credentials', {
        hint: 'Send Authorization: Basic with username:password in UTF-8, base64-encoded.',
      });
    }
    const result = await tellSignIn(c, signIn, {
      ...sent,
      userAgent: c.req.header('user-agent'),
      address: clientAddress(c, trustedProxies),
    });
    return c.json(signedInBody(result), 200, NO_STORE);
  });
