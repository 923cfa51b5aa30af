import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { remoteKeys } from '@cairn/shared/http/remote-keys';
import { createTokenVerifier } from '@cairn/shared/http/token-verifier';
import { serve, type RunningServer } from '@cairn/shared/http/serve';
import { createLogger } from '@cairn/shared/logging/logger';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeForTest, signedIn, storedItems, type TestAuth } from './auth.harness.ts';
import { faultyDocument } from './faulty-document.ts';

const CANARY = 'canary-\u00fc-93f1c-password';

let stack: TestStack;
let auth: TestAuth;
let server: RunningServer;
const lines: string[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  const logger = createLogger('auth', {
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  auth = await composeForTest(stack, { logger });
  await auth.start?.();
  server = await serve(auth.app.fetch, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await auth.stop();
  await stack.close();
});

describe('what is stored and logged', () => {
  test('the item of a user holds an argon2id hash and no password, and no log line tells a secret', async () => {
    const { token, user } = await signedIn(await auth.register('canary@example.com', CANARY));
    await auth.signIn('canary@example.com', `${CANARY}-wrong`);
    const basic = Buffer.from(`canary@example.com:${CANARY}`).toString('base64');
    await auth.app.request('/v1/users/login', { headers: { authorization: `Basic ${basic}` } });
    await auth.register('canary 2', CANARY);
    await auth.app.request('/v1/users', { method: 'POST', body: `{"password":"${CANARY}"` });
    const logger = createLogger('auth', {
      level: 'trace',
      destination: { write: (line) => void lines.push(line) },
    });
    const { document } = faultyDocument(() => 'lose-every-answer');
    await (await composeForTest(stack, { logger, document })).register('canary3', CANARY);

    const item = await storedItems().item(user.asin);
    const hash = String(item?.['password']);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(Object.keys(item ?? {}).sort()).toEqual([
      'asin',
      'date_created',
      'password',
      'revision',
      'status',
      'username',
    ]);

    await auth.remove(token, CANARY);
    const stored = storedItems();
    const everything = JSON.stringify([await stored.users(), await stored.sessions()]);
    const logged = lines.join('');
    expect(logged).toContain('"status":201');
    expect(logged).toContain('a dependency failed');
    for (const secret of [CANARY, basic, token, token.split('.')[2] ?? token]) {
      expect(everything).not.toContain(secret);
      expect(logged).not.toContain(secret);
    }
    expect(logged).not.toContain(hash);
    expect(logged).not.toContain('argon2id');
    expect(everything).not.toContain(hash);
  });

  test('a session holds when it began and ends, and what the client called itself', async () => {
    const response = await auth.app.request('/v1/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `cairn-cli/${'9'.repeat(400)}` },
      body: JSON.stringify({ username: 'agent', password: CANARY }),
    });
    const { user } = await signedIn(response);
    const [session] = await storedItems().sessionsOf(user.asin);
    expect(session).toEqual({
      user_id: user.asin,
      session_id: expect.stringMatching(/^session_/),
      created_at: expect.any(String),
      expires_at: expect.any(Number),
      user_agent: `cairn-cli/${'9'.repeat(190)}`,
      family_hash: expect.stringMatching(/^[\w-]{43}$/),
      refresh_hash: expect.stringMatching(/^[\w-]{43}$/),
      last_used_day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect(session?.['expires_at']).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);
    expect(session?.['expires_at']).toBeLessThan(Date.now() / 1000 + 31 * 86_400);
  });
});

describe('the signing keys', () => {
  test('a token verifies with what JWKS publishes, and a new process signs with the same key', async () => {
    const verify = createTokenVerifier({
      keys: remoteKeys(`http://127.0.0.1:${server.port}/.well-known/jwks.json`),
      issuer: auth.config.TOKEN_ISSUER,
      audience: auth.config.TOKEN_AUDIENCE,
    });
    const { token, user } = await signedIn(await auth.register('verified', CANARY));
    expect(await verify(token)).toMatchObject({ userId: user.asin, username: 'verified' });

    const restarted = await composeForTest(stack);
    const again = await signedIn(await restarted.signIn('verified', CANARY));
    expect((await verify(again.token)).userId).toBe(user.asin);
    expect((await restarted.me(token)).status).toBe(200);
  });

  test('the file is for its owner alone, and JWKS tells nothing private of it', async () => {
    const path = stack.addresses.signingKeysFile;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(path, 'utf8')) as {
      keys: { private_jwk: Record<string, string> }[];
    };
    const jwks = await (await auth.app.request('/.well-known/jwks.json')).text();
    for (const { private_jwk: jwk } of file.keys) {
      expect(jwks).toContain(jwk['n']);
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(jwks).not.toContain(jwk[part]);
    }
  });
});

describe('with DynamoDB away', () => {
  test('sign-in and registration answer 503, and let nobody in', async () => {
    const port = await new Promise<number>((resolve) => {
      const closed = createServer().listen(0, '127.0.0.1', () => {
        const address = closed.address();
        closed.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
      });
    });
    const before = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = `http://127.0.0.1:${port}`;
    try {
      const cut = await composeForTest(stack);
      for (const response of [await cut.signIn('canary'), await cut.register('canary')]) {
        expect(response.status).toBe(503);
        expect(response.headers.get('retry-after')).not.toBeNull();
        expect(await response.json()).toMatchObject({ code: 'service.unavailable' });
      }
    } finally {
      if (before === undefined) delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
      else process.env['AWS_ENDPOINT_URL_DYNAMODB'] = before;
    }
  });
});
