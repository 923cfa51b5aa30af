import { describe, expect, test } from 'vitest';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { silentLogger } from '@cairn/shared/logging/logger';
import { memoryKeyStore } from './adapters/memory-key-store.ts';
import { createAuthApp } from './app.ts';
import { NOON, PASSWORD } from './testing/builders.ts';
import { memoryAuth } from './testing/memory-auth.ts';

const MARA = { username: 'Mara@Example.com', password: PASSWORD };
const JSON_TYPE = { 'content-type': 'application/json' };

const post = (body: unknown, headers: Record<string, string> = JSON_TYPE): RequestInit => ({
  method: 'POST',
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const basic = ({ username, password }: typeof MARA): RequestInit => ({
  headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
});

async function withMara() {
  const auth = memoryAuth();
  const response = await auth.app.request('/v1/users', post(MARA));
  const body = (await response.json()) as { token: string; user: { asin: string } };
  return { ...auth, response, body, bearer: { authorization: `Bearer ${body.token}` } };
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('POST /v1/users', () => {
  test('answers 201 with a token and the account, and nothing else of it', async () => {
    const { response, body, verify } = await withMara();
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('location')).toBe('/v1/users/me');
    expect(body).toEqual({
      token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.stringMatching(/^cairn_refresh_user_/),
      user: { asin: body.user.asin, username: 'Mara@Example.com', date_created: NOON },
    });
    expect((await verify(body.token)).userId).toBe(body.user.asin);
  });

  test('a taken name is told with 409', async () => {
    const { app } = await withMara();
    const response = await app.request('/v1/users', post({ ...MARA, username: 'mARA@example.com' }));
    expect(response.status).toBe(409);
    expect(await codeOf(response)).toBe('user.username_taken');
  });

  test('every bad field is told at once, by its code and with a hint', async () => {
    const response = await memoryAuth().app.request(
      '/v1/users',
      post({ username: 'mara:lang', password: 'short' }),
    );
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'request.invalid',
      errors: [
        { field: '/username', code: 'colon', hint: expect.any(String) },
        { field: '/password', code: 'too_short' },
      ],
    });
  });

  test.each([
    ['no body', { method: 'POST' }, 422],
    ['an empty object', post({}), 422],
    ['a list', post([]), 422],
    ['null', post(null), 422],
    ['a number for a name', post({ ...MARA, username: 12345 }), 422],
    ['a list for a password', post({ ...MARA, password: [PASSWORD] }), 422],
    ['a lone surrogate', post(`{"username":"mara","password":"\\ud800secret-password"}`), 422],
    ['no JSON', post('{'), 400],
    ['a byte order mark', post(`\ufeff${JSON.stringify(MARA)}`), 400],
    ['__proto__', post('{"username":"mara","password":"secret password","__proto__":{"a":1}}'), 400],
    ['text/plain', post(MARA, { 'content-type': 'text/plain' }), 415],
    ['a form', post('username=mara', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['a megabyte', post({ ...MARA, password: 'x'.repeat(1_000_000) }), 413],
  ])('%s is a problem, and no account', async (_what, request, status) => {
    const { app, users } = memoryAuth();
    const response = await app.request('/v1/users', request);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(users.users.size).toBe(0);
  });

  test('fields that are not for clients to set are not taken', async () => {
    const { app, users } = memoryAuth();
    const extra = { ...MARA, asin: 'user_x', status: 'deleted', revision: 99, role: 'admin' };
    await app.request('/v1/users', post(extra));
    const [user] = users.users.values();
    expect(user).toMatchObject({ status: 'active', revision: 1 });
    expect(user?.asin).not.toBe('user_x');
    expect(user).not.toHaveProperty('role');
  });

  test('too many at once are answered 503 with Retry-After', async () => {
    const auth = memoryAuth();
    const busy = async () => {
      throw new DomainError('auth.busy', { retryable: true, retryAfterSeconds: 2 });
    };
    const app = createAuthApp({
      ...auth,
      logger: silentLogger(),
      keys: await memoryKeyStore(),
      registerUser: busy,
      signIn: busy,
    });
    for (const response of [
      await app.request('/v1/users', post(MARA)),
      await app.request('/v1/sessions', post(MARA)),
      await app.request('/v1/users/login', basic(MARA)),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('2');
      expect(await codeOf(response)).toBe('auth.busy');
    }
  });
});

describe('GET /v1/users/login and POST /v1/sessions', () => {
  test('both sign in', async () => {
    const { app, body } = await withMara();
    const login = await app.request('/v1/users/login', basic(MARA));
    expect(login.status).toBe(200);
    const session = await app.request('/v1/sessions', post(MARA));
    expect(session.status).toBe(201);
    for (const response of [login, session]) {
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({
        token_type: 'Bearer',
        expires_in: 600,
        user: body.user,
      });
    }
  });

  test('wrong password, unknown, deleted and impossible users get the same status, headers and body', async () => {
    const { app, deleteUser, registerUser } = await withMara();
    const gone = { username: 'gone@example.com', password: PASSWORD };
    const { user } = await registerUser({ ...gone, userAgent: undefined });
    await deleteUser({ userId: user.asin, password: PASSWORD });
    const attempts = [
      { ...MARA, password: 'another password' },
      { ...MARA, password: 'short' },
      { ...MARA, password: 'x'.repeat(200) },
      { username: 'nobody@example.com', password: PASSWORD },
      { username: 'no such name', password: PASSWORD },
      gone,
    ];
    const seen = new Set<string>();
    for (const attempt of attempts) {
      for (const response of [
        await app.request('/v1/users/login', basic(attempt)),
        await app.request('/v1/sessions', post(attempt)),
      ]) {
        const { request_id: _id, ...problem } = (await response.json()) as Record<string, unknown>;
        const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
        seen.add(JSON.stringify([response.status, headers, problem]));
      }
    }
    expect([...seen]).toHaveLength(1);
    expect([...seen][0]).toContain('auth.invalid_credentials');
  });

  test.each([
    ['no header', undefined],
    ['a bearer token', 'Bearer abc'],
    ['a token as Basic', 'Basic eyJhbGciOiJSUzI1NiJ9.e30.c2ln'],
    ['no colon', `Basic ${Buffer.from('mara').toString('base64')}`],
  ])('%s at the login is answered 401 with the Basic challenge', async (_what, authorization) => {
    const { app } = await withMara();
    const response = await app.request('/v1/users/login', {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="cairn", charset="UTF-8"');
  });

  test('credentials in the URL are not looked at', async () => {
    const { app } = await withMara();
    const query = new URLSearchParams(MARA).toString();
    expect((await app.request(`/v1/users/login?${query}`)).status).toBe(401);
  });
});

describe('/v1/users/me', () => {
  test('tells the account to who holds its token', async () => {
    const { app, body, bearer } = await withMara();
    const response = await app.request('/v1/users/me', { headers: bearer });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ ...body.user, role: 'user', username_changeable_at: null });
  });

  test.each([
    ['no token', undefined, 'auth.required'],
    ['a broken token', 'Bearer x.y.z', 'auth.invalid_token'],
    ['username and password', basic(MARA).headers, 'auth.invalid_token'],
  ])('%s is refused with 401', async (_what, sent, code) => {
    const { app } = await withMara();
    const authorization = typeof sent === 'object' ? (sent as { authorization: string }).authorization : sent;
    for (const method of ['GET', 'DELETE']) {
      const response = await app.request('/v1/users/me', {
        method,
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).toBe(401);
      expect(await codeOf(response)).toBe(code);
    }
  });

  test('a token ends after its ten minutes', async () => {
    const { app, clock, bearer } = await withMara();
    clock.now = new Date(Date.parse(NOON) + 600_000 + 6_000);
    expect((await app.request('/v1/users/me', { headers: bearer })).status).toBe(401);
  });

  const remove = (headers: Record<string, string>, body?: unknown): RequestInit => ({
    method: 'DELETE',
    headers: { ...headers, ...JSON_TYPE },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

  test('DELETE with the password ends the account, and its token here', async () => {
    const { app, body, bearer } = await withMara();
    const response = await app.request('/v1/users/me', remove(bearer, { password: PASSWORD }));
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      asin: body.user.asin,
      date_deleted: NOON,
      deletion_id: expect.stringMatching(/^deletion_/),
    });
    expect((await app.request('/v1/users/me', { headers: bearer })).status).toBe(401);
    expect((await app.request('/v1/users/me', remove(bearer, { password: PASSWORD }))).status).toBe(401);
    expect((await app.request('/v1/users', post(MARA))).status).toBe(201);
  });

  test.each([
    ['no body', undefined, 400],
    ['an empty object', {}, 422],
    ['another password', { password: 'another password' }, 401],
    ['an impossible one', { password: '' }, 401],
  ])('DELETE with %s changes nothing', async (_what, body, status) => {
    const { app, bearer } = await withMara();
    expect((await app.request('/v1/users/me', remove(bearer, body))).status).toBe(status);
    expect((await app.request('/v1/users/me', { headers: bearer })).status).toBe(200);
  });
});

describe('the documents', () => {
  test('the key set holds both public keys, may be cached for five minutes, and nothing private', async () => {
    const response = await memoryAuth().app.request('/.well-known/jwks.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300, must-revalidate');
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test('every operation is declared with its id, summary, description, tags and problems', async () => {
    const response = await memoryAuth().app.request('/openapi.json');
    const { paths } = (await response.json()) as {
      paths: Record<string, Record<string, { operationId: string; security?: object[] } & object>>;
    };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        summary: expect.any(String),
        description: expect.any(String),
        tags: [expect.any(String)],
      });
    }
    expect(paths['/v1/users/login']?.['get']?.security).toEqual([{ basic: [] }]);
    expect(paths['/v1/users/me']?.['get']?.security).toEqual([{ bearer: ['account'] }]);
    expect(paths['/v1/users']?.['post']?.security).toBeUndefined();
  });
});
