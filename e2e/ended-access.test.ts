import { bytesSource, putToStorage } from '@cairn/tools/client/transfer';
import { describe, expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, type RegisteredUser } from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';
import { aStaffToken } from './staff.ts';

/* What somebody can still do with what they were given before it was taken from them. */
const api = await apiUnderTest();
/** A service looks at the list of revocations about every 30 s, unless told otherwise; the documented bound is ten minutes. */
const WITHIN = { timeout: 50_000, interval: 1_000 };
const ROUTES = { auth: '/v1/users/me', ingest: '/v1/uploads', catalog: '/v1/assets?limit=1' } as const;

const get = (path: string, token: string) => api.call({ method: 'GET', path, token });

/** Asks without a client that would refresh by itself. */
const refresh = (refresh_token: string) =>
  api.call({ method: 'POST', path: '/v1/sessions/refresh', json: { refresh_token } });

async function everywhereRefused(token: string): Promise<void> {
  await vi.waitFor(async () => {
    for (const path of Object.values(ROUTES)) expect((await get(path, token)).status).toBe(401);
  }, WITHIN);
}

async function everywhereGood(token: string): Promise<void> {
  for (const path of Object.values(ROUTES)) expect((await get(path, token)).status).toBe(200);
}

const refusedSignIn = async ({ username, password }: RegisteredUser) => {
  const answer = await api.call({ method: 'POST', path: '/v1/sessions', json: { username, password } });
  expectProblem(answer, 401, 'auth.invalid_credentials');
};

describe('after', () => {
  it('a change of password every other session is over, and keys and the own one stay', async () => {
    const user = await aRegisteredUser(api);
    const other = await api.signIn(user);
    const { key } = await api.createKey(user.token, ['assets:read', 'account']);
    const json = { current_password: user.password, new_password: `${user.password} and more` };
    const changed = await api.call({
      method: 'PUT',
      path: '/v1/users/me/password',
      token: user.token,
      json,
    });
    expect(changed.status).toBe(204);
    expectProblem(await refresh(other.refresh_token), 401, 'auth.invalid_refresh_token');
    await refusedSignIn(user);
    await everywhereRefused(other.token);
    await everywhereGood(user.token);
    await everywhereGood(key);
  });

  it('signing out the session is over, and what it has declared goes on', async () => {
    const user = await aRegisteredUser(api);
    const session = await api.signIn(user);
    const upload = await anUpload({ pictures: [] });
    const receipt = await api.declareUpload(session.token, upload.declaration);
    const out = await api.call({ method: 'DELETE', path: '/v1/sessions/current', token: session.token });
    expect(out.status).toBe(204);
    expectProblem(await refresh(session.refresh_token), 401, 'auth.invalid_refresh_token');
    await everywhereRefused(session.token);
    // The URL is good for this one file of the account's upload until it ends, whoever is signed in.
    const [file, local] = [receipt.files[0], upload.files[0]];
    if (file?.put === undefined || local === undefined) throw new Error('the receipt holds no URL');
    expect((await putToStorage(file.put, bytesSource(local.bytes))).status).toBe(200);
    await vi.waitFor(async () => {
      expect((await api.receipt(user.token, receipt.upload_id)).state).toBe('published');
    }, WITHIN);
  });

  it('the end of the account nothing opens any more, and what its upload URLs still take is never public', async () => {
    const user = await aRegisteredUser(api);
    const { refresh_token } = await api.signIn(user);
    const { key } = await api.createKey(user.token, ['assets:read', 'account']);
    const upload = await anUpload({ pictures: [] });
    const receipt = await api.declareUpload(user.token, upload.declaration);
    const { password } = user;
    const gone = await api.call({
      method: 'DELETE',
      path: '/v1/users/me',
      token: user.token,
      json: { password },
    });
    expect(gone.status).toBe(202);
    const [file, local] = [receipt.files[0], upload.files[0]];
    if (file?.put === undefined || local === undefined) throw new Error('the receipt holds no URL');
    await putToStorage(file.put, bytesSource(local.bytes));

    expectProblem(await refresh(refresh_token), 401, 'auth.invalid_refresh_token');
    await refusedSignIn(user);
    await everywhereRefused(user.token);
    await everywhereRefused(key);
    const { deletion_id } = gone.body as { deletion_id: string };
    await vi.waitFor(async () => {
      const { body } = await api.call({ method: 'GET', path: `/v1/deletions/${deletion_id}` });
      expect(body).toMatchObject({ state: 'finished' });
    }, WITHIN);
    const asset = await api.call({ method: 'GET', path: `/v1/assets/${receipt.asin}` });
    expectProblem(asset, 404, 'asset.not_found');
  }, 150_000);

  it('an administrator has disabled the account nothing opens any more', async (context) => {
    const admin = await aStaffToken(api, 'admin');
    if (admin === undefined) return context.skip('needs a product of our own, whose tables are at hand');
    const user = await aRegisteredUser(api);
    const { refresh_token } = await api.signIn(user);
    const { key } = await api.createKey(user.token, ['assets:read', 'account']);
    const setStatus = (status: string) =>
      api.call({
        method: 'PUT',
        path: `/v1/users/${user.asin}/status`,
        token: admin.bearer,
        json: { status, reason: 'A test.' },
      });
    expect((await setStatus('disabled')).status).toBe(200);
    expectProblem(await refresh(refresh_token), 401, 'auth.invalid_refresh_token');
    await refusedSignIn(user);
    await everywhereRefused(user.token);
    await everywhereRefused(key);

    // Enabled again it has its password, and none of what was ended.
    expect((await setStatus('active')).status).toBe(200);
    const back = await api.signIn(user);
    await everywhereGood(back.token);
    expectProblem(await refresh(refresh_token), 401, 'auth.invalid_refresh_token');
    for (const path of Object.values(ROUTES)) expect((await get(path, key)).status).toBe(401);
  }, 120_000);
});
