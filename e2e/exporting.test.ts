import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, publish } from './builders.ts';
import { apiUnderTest } from './client.ts';
import { deviationOf } from './storage.ts';

const api = await apiUnderTest();
const WITHIN = { timeout: 60_000, interval: 250 };

interface Export {
  readonly export_id: string;
  readonly state: string;
  readonly archive: { readonly url: string; readonly size_bytes: number; readonly sha256: string } | null;
}

it('who asks for everything that is known of them gets one archive, with what every service knows', async () => {
  const user = await aRegisteredUser(api);
  const { asset, receipt } = await publish(api, user, await anUpload({ pictures: [] }));
  await api.createKey(user.token, ['assets:read']);

  const begun = await api.call({ method: 'POST', path: '/v1/users/me/export', token: user.token });
  expect(begun).toMatchObject({ status: 202, body: { state: 'running' } });
  const path = begun.headers.get('location') ?? '';
  const look = async () => (await api.call({ method: 'GET', path, token: user.token })).body as Export;
  await vi.waitFor(async () => expect((await look()).state).toBe('ready'), WITHIN);

  const { archive } = await look();
  const answer = await fetch(archive?.url ?? '');
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(bytes.length).toBe(archive?.size_bytes);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(archive?.sha256);
  const files = Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, file]) => [name, strFromU8(file)]),
  );
  const json = (name: string): unknown => JSON.parse(files[name] ?? '');
  expect(json('account.json')).toMatchObject({
    account: { asin: user.asin, username: user.username, role: 'user' },
    sessions: [{}],
    api_keys: [{ scopes: ['assets:read'] }],
  });
  expect(json('uploads.json')).toMatchObject({
    quota: { assets: 1, open_uploads: 0 },
    uploads: [{ upload_id: receipt.upload_id, state: 'published', files: [{ state: 'accepted' }] }],
  });
  expect(json('assets.json')).toMatchObject({
    assets: [{ asin: asset.asin, releases: [{ version: asset.version, files: [{}] }], moderation: [] }],
    co_owner_of: [],
  });
  expect(Object.values(files).join('')).not.toMatch(
    /argon2|cairn_key_|cairn_refresh_|eyJhbG|X-Amz-Signature/,
  );

  await api.call({
    method: 'DELETE',
    path: '/v1/users/me',
    token: user.token,
    json: { password: user.password },
  });
  const gone = (await deviationOf(api, 'missingObjects')) === undefined ? 404 : 403;
  await vi.waitFor(async () => expect((await fetch(archive?.url ?? '')).status).toBe(gone), WITHIN);
}, 120_000);
