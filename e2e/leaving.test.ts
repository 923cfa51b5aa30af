import { expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, publish } from './builders.ts';
import { apiUnderTest } from './client.ts';

const api = await apiUnderTest();
const WITHIN = { timeout: 90_000, interval: 500 };

interface Report {
  readonly state: string;
  readonly steps: readonly { readonly step: string; readonly count: number | null }[];
}

it('who leaves and lets the assets stay is told when all is done, and is named nowhere any more', async () => {
  const user = await aRegisteredUser(api);
  const { asset } = await publish(api, user, await anUpload({ pictures: [] }));
  const request = {
    method: 'DELETE',
    path: '/v1/users/me',
    token: user.token,
    json: { password: user.password, assets: 'keep' },
  };

  const plan = await api.call({ ...request, path: '/v1/users/me?dry_run=true' });
  expect(plan).toMatchObject({ status: 200, body: { assets: 'keep', sessions: 1, role: 'user' } });
  const listed = await api.call({ method: 'GET', path: `/v1/assets?owner=${user.asin}`, token: user.token });
  expect(listed.body).toMatchObject({ items: [{ asin: asset.asin }] });

  const deleted = await api.call(request);
  expect(deleted.status).toBe(202);
  const { deletion_id } = deleted.body as { deletion_id: string };
  const report = async () => {
    const { body } = await api.call({ method: 'GET', path: `/v1/deletions/${deletion_id}` });
    return body as Report;
  };
  await vi.waitFor(async () => expect((await report()).state).toBe('finished'), WITHIN);
  const counts = (await report()).steps.map(({ step, count }) => [step, count]);
  expect(Object.fromEntries(counts)).toEqual({ sessions: 1, keys: 0, uploads: 1, assets: 1 });

  const kept = await api.asset(asset.asin);
  expect(kept.user_id).not.toBe(user.asin);
  const profile = await api.call({ method: 'GET', path: `/v1/users/${user.asin}` });
  expect(profile.status).toBe(404);
}, 120_000);
