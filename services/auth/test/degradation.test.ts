import { startTestStack } from '@cairn/infra/local/testing';
import { describeDegradation } from '@cairn/infra/testing/degradation';
import { composeForTest, signedIn } from './auth.harness.ts';

let users = 0;

describeDegradation('auth', async () => {
  const stack = await startTestStack({ faults: true });
  const auth = await composeForTest(stack);
  await auth.start?.();
  const { token } = await signedIn(await auth.register('somebody'));
  const authorization = `Bearer ${token}`;
  const get = async (path: string) => auth.app.request(path, { headers: { authorization } });
  const post = async (path: string, body: unknown) =>
    auth.app.request(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    faults: stack.faults,
    requests: {
      'GET /readyz': async () => new Response(null, { status: auth.isReady?.() === false ? 503 : 200 }),
      'GET /.well-known/jwks.json': () => get('/.well-known/jwks.json'),
      'GET /.well-known/revocations': () => get('/.well-known/revocations'),
      'POST /v1/users': () => auth.register(`user-${(users += 1)}`),
      'POST /v1/sessions': () => auth.signIn('somebody'),
      'GET /v1/users/me': () => get('/v1/users/me'),
      'POST /v1/keys': () => post('/v1/keys', { name: 'a key', scopes: ['account'], expires_in_days: 1 }),
      'GET /v1/sessions': () => get('/v1/sessions'),
    },
    async close() {
      await auth.stop();
      await stack.close();
    },
  };
});
