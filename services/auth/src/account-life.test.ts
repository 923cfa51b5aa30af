import { describe, expect, test } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { COMMAND_LINE } from './domain/staff.ts';
import { anAccountWorld as aWorld } from './testing/account-world.ts';
import { NOON, PASSWORD } from './testing/builders.ts';

describe('GET /v1/users/{asin}', () => {
  test('shows name and date to everybody, and says 304 to who knows them', async () => {
    const { call, join, app } = await aWorld();
    const { asin } = await join('Mara');
    const { status, headers, body } = await call('GET', `/v1/users/${asin}`);
    expect(status).toBe(200);
    expect(body).toEqual({ asin, username: 'Mara', date_created: NOON });
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    const etag = headers.get('etag') ?? '';
    const known = await app.request(`/v1/users/${asin}`, { headers: { 'if-none-match': `W/${etag}` } });
    expect(known.status).toBe(304);
    expect(await known.text()).toBe('');
  });

  test.each(['mara@example.com', 'mara＠example.com', '@mara', 'mara﹫home'])(
    'never shows %s, which may be an address',
    async (username) => {
      const { call, join } = await aWorld();
      const { asin } = await join(username);
      expect((await call('GET', `/v1/users/${asin}`)).body.username).toBeNull();
    },
  );

  test('knows nobody who is deleted, disabled or never was', async () => {
    const { call, join, anAdmin } = await aWorld();
    const [admin, gone, out] = [await anAdmin('root'), await join('gone'), await join('out-of-it')];
    await call('DELETE', '/v1/users/me', gone.token, { password: PASSWORD });
    await call('PUT', `/v1/users/${out.asin}/status`, admin.token, { status: 'disabled', reason: 'Spam.' });
    for (const asin of [gone.asin, out.asin, newId('user')]) {
      expect(await call('GET', `/v1/users/${asin}`)).toMatchObject({
        status: 404,
        body: { code: 'user.not_found' },
      });
    }
  });
});

test('PATCH /v1/users/me changes the name; the token shows the old one, the next the new one', async () => {
  const { call, join, signIn, verify } = await aWorld();
  const { token, refresh } = await join('Mara');
  const change = { username: 'Mira', password: PASSWORD };
  expect(await call('PATCH', '/v1/users/me', token, change)).toMatchObject({
    status: 200,
    body: { username: 'Mira' },
  });
  expect((await verify(token)).username).toBe('Mara');
  const next = await call('POST', '/v1/sessions/refresh', undefined, { refresh_token: refresh });
  expect((await verify(next.body.token)).username).toBe('Mira');
  expect((await signIn('mara')).status).toBe(401);
  expect((await signIn('mira')).status).toBe(201);
  const again = await call('PATCH', '/v1/users/me', token, { ...change, username: 'Mora' });
  expect(again).toMatchObject({ status: 429, body: { code: 'user.renamed_recently' } });
  expect(again.headers.get('retry-after')).toBe('86400');
  expect((await call('GET', '/v1/users/me', token)).body).toMatchObject({
    username: 'Mira',
    role: 'user',
    username_changeable_at: '2026-11-23T12:00:00.000Z',
  });
});

describe('roles', () => {
  test('are given by administrators alone, and are in the next access token', async () => {
    const { call, join, signIn, anAdmin, verify } = await aWorld();
    const [admin, mara] = [await anAdmin('root'), await join('mara')];
    const wanted = { role: 'moderator', reason: 'Helps with reports' };
    expect(await call('PUT', `/v1/users/${mara.asin}/role`, mara.token, wanted)).toMatchObject({
      status: 403,
      body: { code: 'auth.role_required' },
    });
    expect(await call('PUT', `/v1/users/${mara.asin}/role`, admin.token, wanted)).toMatchObject({
      status: 200,
      body: { asin: mara.asin, role: 'moderator' },
    });
    expect((await verify(mara.token)).roles).toBeUndefined();
    expect((await verify((await signIn('mara')).body.token)).roles).toEqual(new Set(['moderator']));
    expect((await verify((await signIn('root')).body.token)).roles).toEqual(new Set(['admin', 'moderator']));
  });

  test('the last administrator can be neither demoted, disabled nor deleted', async () => {
    const { call, join, anAdmin } = await aWorld();
    const [admin, mara] = [await anAdmin('root'), await join('mara')];
    const demotion = { role: 'user', reason: 'Enough.' };
    const refused = { status: 409, body: { code: 'user.last_admin' } };
    expect(await call('PUT', `/v1/users/${admin.asin}/role`, admin.token, demotion)).toMatchObject(refused);
    const out = { status: 'disabled', reason: 'Enough.' };
    expect(await call('PUT', `/v1/users/${admin.asin}/status`, admin.token, out)).toMatchObject(refused);
    const deletion = { password: PASSWORD };
    expect(await call('DELETE', '/v1/users/me', admin.token, deletion)).toMatchObject(refused);

    const promotion = { role: 'admin', reason: 'The next.' };
    await call('PUT', `/v1/users/${mara.asin}/role`, admin.token, promotion);
    expect((await call('DELETE', '/v1/users/me', admin.token, deletion)).status).toBe(202);
    expect(await call('PUT', `/v1/users/${mara.asin}/role`, mara.token, demotion)).toMatchObject(refused);
  });

  test('of two administrators who demote each other at once one stays', async () => {
    const { anAdmin, setRole, staff } = await aWorld();
    const [a, b] = [await anAdmin('one'), await anAdmin('two')];
    const demote = (actor: string, userId: string) =>
      setRole({ actor, userId, role: 'user', reason: 'Out.' });
    await Promise.allSettled([demote(a.asin, b.asin), demote(b.asin, a.asin)]);
    expect(Object.values((await staff.read()).members)).toEqual(['admin']);
  });

  test('who was demoted a moment ago does nothing more here, whatever the token says', async () => {
    const { call, anAdmin, signIn } = await aWorld();
    const [a, b] = [await anAdmin('one'), await anAdmin('two')];
    const { token } = (await signIn('two')).body;
    await call('PUT', `/v1/users/${b.asin}/role`, a.token, { role: 'user', reason: 'Out.' });
    expect((await call('GET', '/v1/audit', token)).status).toBe(403);
  });

  test('nobody who is deleted, or never was, is given one', async () => {
    const { call, anAdmin, setRole, users, staff } = await aWorld();
    const admin = await anAdmin('root');
    const promotion = { role: 'admin', reason: 'The next.' };
    expect((await call('PUT', `/v1/users/${newId('user')}/role`, admin.token, promotion)).status).toBe(404);
    const gone = await anAdmin('gone');
    await setRole({ actor: COMMAND_LINE, userId: gone.asin, role: 'user', reason: 'Out.' });
    let reads = 0;
    const before = { ...users };
    // The deletion comes between the look at the user and the end of the promotion.
    Object.assign(users, {
      find: async (asin: string) => (asin === gone.asin && (reads += 1) > 1 ? undefined : before.find(asin)),
    });
    await expect(
      setRole({ actor: admin.asin, userId: gone.asin, role: 'admin', reason: 'The next.' }),
    ).rejects.toMatchObject({ code: 'user.not_found' });
    expect((await staff.read()).members).toEqual({ [admin.asin]: 'admin' });
  });
});

describe('a disabled account', () => {
  test('is unknown to sign-in and refresh, loses sessions, keys and role, and comes back without them', async () => {
    const { call, join, signIn, anAdmin, verify, sessions, now } = await aWorld();
    const [admin, mara] = [await anAdmin('root'), await join('mara')];
    const key = await call('POST', '/v1/keys', mara.token, { name: 'ci', scopes: ['assets:read'] });
    expect((await verify(key.body.key)).userId).toBe(mara.asin);
    const put = (status: string) =>
      call('PUT', `/v1/users/${mara.asin}/status`, admin.token, {
        status,
        reason: 'Sells what is not theirs.',
      });
    expect(await put('disabled')).toMatchObject({ status: 200, body: { status: 'disabled' } });
    expect((await put('disabled')).status).toBe(200);

    const [there, unknown] = [await signIn('mara'), await signIn('nobody-at-all')];
    const { request_id: _a, ...seen } = there.body;
    const { request_id: _b, ...expected } = unknown.body;
    expect([there.status, seen]).toEqual([unknown.status, expected]);
    const refreshed = await call('POST', '/v1/sessions/refresh', undefined, { refresh_token: mara.refresh });
    expect(refreshed.status).toBe(401);
    expect(await sessions.list(mara.asin, now())).toEqual([]);
    await expect(verify(mara.token)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await expect(verify(key.body.key)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    expect(
      (await call('POST', '/v1/users', undefined, { username: 'MARA', password: PASSWORD })).status,
    ).toBe(409);

    expect((await put('active')).status).toBe(200);
    const back = await signIn('mara');
    expect(back.status).toBe(201);
    expect((await verify(back.body.token)).userId).toBe(mara.asin);
    await expect(verify(key.body.key)).rejects.toMatchObject({ code: 'auth.invalid_token' });
  });

  test('whose sessions a crash has left is finished by the sweep', async () => {
    const { anAdmin, join, users, accounts, relay, sessions, now } = await aWorld();
    await anAdmin('root');
    const mara = await join('mara');
    const user = await users.find(mara.asin);
    if (user?.status !== 'active') throw new Error('expected an active user');
    const event = {
      id: newId('event'),
      type: 'user.unfinished' as const,
      occurred_at: NOON,
      user_id: user.asin,
      revision: 2,
    };
    const changes = { status: 'disabled', date_disabled: NOON } as const;
    await accounts.change(user, changes, { changeId: newId('token'), events: [event] });
    expect(await sessions.list(mara.asin, now())).toHaveLength(1);
    await relay();
    expect(await sessions.list(mara.asin, now())).toEqual([]);
  });
});

describe('GET /v1/audit', () => {
  test('tells administrators who did what to whom and why, the newest first, in pages', async () => {
    const { call, join, anAdmin, relay, clock } = await aWorld();
    const [admin, mara] = [await anAdmin('root'), await join('mara')];
    const at = (seconds: number) => (clock.now = new Date(Date.parse(NOON) + seconds * 1_000));
    at(1);
    await call('PUT', `/v1/users/${mara.asin}/role`, admin.token, { role: 'moderator', reason: 'Helps.' });
    at(2);
    await call('PUT', `/v1/users/${mara.asin}/status`, admin.token, { status: 'disabled', reason: 'Spam.' });
    await relay();
    expect((await call('GET', '/v1/audit', mara.token)).status).toBe(401);
    const first = await call('GET', '/v1/audit?limit=3', admin.token);
    const second = await call('GET', `/v1/audit?limit=3&cursor=${first.body.next_cursor}`, admin.token);
    expect(second.body.next_cursor).toBeNull();
    const acts = [...first.body.items, ...second.body.items];
    const brief = (act: Record<string, string>) => [act.actor, act.action, act.role, act.subject, act.reason];
    expect(acts.slice(0, 2).map(brief)).toEqual(
      expect.arrayContaining([
        [admin.asin, 'user.disabled', undefined, mara.asin, 'Spam.'],
        [admin.asin, 'role.set', 'user', mara.asin, 'Spam.'],
      ]),
    );
    expect(acts.slice(2).map(brief)).toEqual([
      [admin.asin, 'role.set', 'moderator', mara.asin, 'Helps.'],
      ['command', 'role.set', 'admin', admin.asin, 'The first.'],
    ]);
    expect((await call('GET', '/v1/audit?cursor=bm9uc2Vuc2U', admin.token)).status).toBe(422);
  });
});
