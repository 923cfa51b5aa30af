import { describe, expect, test } from 'vitest';
import { NOON, PASSWORD } from './testing/builders.ts';
import { memoryAuth } from './testing/memory-auth.ts';

const MARA = { username: 'mara', password: PASSWORD };

async function withMara() {
  const auth = memoryAuth();
  const call = async (method: string, path: string, options: { body?: unknown; token?: string } = {}) => {
    const answer = await auth.app.request(path, {
      method,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'cairn-cli/1.2',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await answer.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    return { status: answer.status, headers: answer.headers, body };
  };
  const { body } = await call('POST', '/v1/users', { body: MARA });
  return { auth, call, token: body['token'] ?? '', refreshToken: body['refresh_token'] ?? '' };
}

describe('/v1/sessions', () => {
  test('refresh answers like a sign-in, and nobody may cache it', async () => {
    const { call, refreshToken } = await withMara();
    const answer = await call('POST', '/v1/sessions/refresh', { body: { refresh_token: refreshToken } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(answer.body).sort()).toEqual([
      'expires_in',
      'refresh_token',
      'token',
      'token_type',
      'user',
    ]);
    const again = await call('POST', '/v1/sessions/refresh', { body: { refresh_token: refreshToken } });
    expect(again).toMatchObject({ status: 401, body: { code: 'auth.invalid_refresh_token' } });
  });

  test('the list tells the one that asks from the others, and nothing secret', async () => {
    const { call, token } = await withMara();
    await call('POST', '/v1/sessions', { body: MARA });
    const { body } = await call('GET', '/v1/sessions', { token });
    expect(body).toEqual({
      items: [1, 2].map(() => ({
        session_id: expect.stringMatching(/^session_/),
        device: 'cairn-cli/1.2',
        date_created: NOON,
        last_used: '2026-11-22',
        expires_at: '2026-12-22T12:00:00.000Z',
        current: expect.any(Boolean),
      })),
    });
    const { items } = body as unknown as { items: { current: boolean }[] };
    expect(items.filter((each) => each.current)).toHaveLength(1);
  });

  test('signing out ends the session that asks, ending all ends every one', async () => {
    const { call, token, refreshToken } = await withMara();
    const other = (await call('POST', '/v1/sessions', { body: MARA })).body;
    expect((await call('DELETE', '/v1/sessions/current', { token })).status).toBe(204);
    expect((await call('GET', '/v1/sessions', { token })).status).toBe(401);
    const refresh = (refresh_token: string) =>
      call('POST', '/v1/sessions/refresh', { body: { refresh_token } });
    expect((await refresh(refreshToken)).status).toBe(401);
    const next = (await refresh(other['refresh_token'] ?? '')).body;
    expect((await call('DELETE', '/v1/sessions', { token: next['token'] ?? '' })).status).toBe(204);
    expect((await refresh(next['refresh_token'] ?? '')).status).toBe(401);
  });
});

describe('/v1/keys', () => {
  test('a key is shown once, and listed without itself', async () => {
    const { call, token } = await withMara();
    const body = { name: ' build server ', scopes: ['assets:write', 'assets:read'] };
    const created = await call('POST', '/v1/keys', { body, token });
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    const { key, ...rest } = created.body;
    expect(key).toMatch(/^cairn_key_eyJ/);
    expect(rest).toEqual({
      key_id: expect.stringMatching(/^key_/),
      name: 'build server',
      scopes: ['assets:write', 'assets:read'],
      date_created: NOON,
      expires_at: '2027-02-20T12:00:00.000Z',
      last_used: null,
    });
    expect((await call('GET', '/v1/keys', { token })).body).toEqual({ items: [rest] });
  });

  test.each([
    ['no name', { name: ' ', scopes: ['account'] }],
    ['a long name', { name: 'x'.repeat(61), scopes: ['account'] }],
    ['a line break in the name', { name: 'a\nb', scopes: ['account'] }],
    ['no scope', { name: 'k', scopes: [] }],
    ['an unknown scope', { name: 'k', scopes: ['admin'] }],
    ['no end', { name: 'k', scopes: ['account'], expires_in_days: 366 }],
    ['an end in the past', { name: 'k', scopes: ['account'], expires_in_days: 0 }],
    ['a field that is not asked for', { name: 'k', scopes: ['account'], user_id: 'user_x' }],
  ])('%s is refused', async (_what, body) => {
    const { call, token } = await withMara();
    expect((await call('POST', '/v1/keys', { body, token })).status).toBe(422);
  });
});

describe('a storm of failed sign-ins', () => {
  test('is answered 429 with Retry-After, the same for names that nobody has', async () => {
    const { call } = await withMara();
    for (const username of ['mara', 'nobody']) {
      for (let i = 0; i < 5; i++) {
        const { status } = await call('POST', '/v1/sessions', {
          body: { username, password: 'wrong password' },
        });
        expect(status).toBe(401);
      }
      const answer = await call('POST', '/v1/sessions', { body: { username, password: 'wrong password' } });
      expect(answer.body['code']).toBe('auth.too_many_attempts');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    }
  });
});

test('the discovery document names the keys, and the list of revocations is fresh and signed', async () => {
  const { auth, call } = await withMara();
  expect((await call('GET', '/.well-known/openid-configuration')).body).toMatchObject({
    issuer: 'https://cairn.test',
    jwks_uri: 'https://cairn.test/.well-known/jwks.json',
    revocations_uri: 'https://cairn.test/.well-known/revocations',
  });
  const answer = await auth.app.request('/.well-known/revocations');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toBe('application/jose');
  expect(await answer.text()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
