import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { NOBODY } from '../domain/assets/nobody.ts';
import { AT } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';
import { aModerator, jsonClient } from '../testing/requests.ts';

const moderator = aModerator();
const coOwner = newId('user');
let catalog: ReturnType<typeof memoryCatalog>;
let send: ReturnType<typeof jsonClient>;
let asset: PublishedAsset;
let path: string;
let file: string;
const moderate = (withheld: boolean, reason = 'It is stolen.', as: string | undefined = moderator) =>
  send('PUT', `${path}/moderation`, { body: { withheld, reason }, ...(as === '' ? {} : { as }) });
const log = async () => (await send('GET', `${path}/moderation`, { as: moderator })).json.items;

beforeEach(async () => {
  catalog = memoryCatalog();
  send = jsonClient(catalog);
  const made = await catalog.publish({ co_owners: [coOwner] });
  asset = made.asset;
  path = `/v1/assets/${asset.asin}`;
  file = `${path}/releases/1.0.0/files/${made.release.main_file_id}/download`;
});

describe('a withheld asset', () => {
  it('is as if absent, for everybody but its owner and moderators', async () => {
    expect((await moderate(true)).json).toMatchObject({ editing: { role: 'moderator' } });
    for (const as of ['', newId('user'), coOwner]) {
      for (const each of [path, `${path}/releases`, `${path}/releases/1.0.0`, `${path}/releases/newest`]) {
        expect((await send('GET', each, as === '' ? {} : { as })).code).toBe('asset.not_found');
      }
    }
    expect((await send('GET', '/v1/assets')).json.total).toBe(0);
    expect((await send('GET', '/v1/tags')).json.total).toBe(0);
    const withheld = { reason: 'It is stolen.', at: AT };
    for (const [as, role] of [
      [asset.user_id, 'owner'],
      [moderator, 'moderator'],
    ] as const) {
      expect((await send('GET', path, { as })).json).toMatchObject({ editing: { role, withheld } });
    }
    const unlisted = [{ asin: asset.asin, name: asset.name, withheld }];
    const owner = `/v1/owners/${asset.user_id}`;
    expect((await send('GET', owner, { as: asset.user_id })).json).toMatchObject({ assets: 0, unlisted });
    expect((await send('GET', owner)).json).toMatchObject({ assets: 0, unlisted: null });
  });

  it('grants no byte by the word of the table, whatever memory says', async () => {
    catalog.assets.put({ ...asset, withheld: { reason: 'It is stolen.', at: AT } });
    expect((await send('GET', path)).status).toBe(200);
    for (const each of [`${path}/download`, file])
      expect((await send('GET', each)).code).toBe('asset.not_found');
    expect(catalog.grants).toEqual([]);
  });

  it('can be edited by its owner, and by no co-owner', async () => {
    await moderate(true);
    const edit = { body: { name: 'My own work' }, headers: { 'if-match': '"2"' } };
    expect((await send('PATCH', path, { as: coOwner, ...edit })).code).toBe('asset.not_found');
    expect((await send('PATCH', path, { as: asset.user_id, ...edit })).status).toBe(200);
    expect((await send('GET', path)).code).toBe('asset.not_found');
  });

  it('comes back, and every act is on record', async () => {
    await moderate(true);
    await moderate(true);
    await moderate(false, 'It was theirs.');
    expect((await send('GET', path)).json).toMatchObject({ revision: 3, editing: null });
    expect((await send('GET', '/v1/assets')).json.total).toBe(1);
    expect(await catalog.assets.get(asset.asin)).not.toHaveProperty('withheld.reason');
    const who = moderator.split('.')[0];
    expect(await log()).toEqual([
      { act: 'restored', moderator: who, reason: 'It was theirs.', at: AT },
      { act: 'withheld', moderator: who, reason: 'It is stolen.', at: AT },
    ]);
  });

  it('was on record before it was withheld, and what failed stays on record', async () => {
    catalog.assets.edit = () => Promise.reject(new Error('away'));
    expect((await moderate(true)).status).toBe(500);
    expect(await log()).toMatchObject([{ act: 'withheld' }]);
  });
});

it.each([
  ['', 401, 'auth.required'],
  [newId('user'), 403, 'auth.role_required'],
  [`${newId('user')}.assets:read.moderator`, 403, 'auth.insufficient_scope'],
])('Z02: moderation by "%s" is %i %s', async (as, status, code) => {
  const told = await moderate(true, 'No reason.', as);
  expect([told.status, told.code]).toEqual([status, code]);
  const read = await send('GET', `${path}/moderation`, as === '' ? {} : { as });
  expect([read.status, read.code]).toEqual([status, code]);
  expect(await log()).toEqual([]);
});

it('of an unknown asset is 404, and leaves no record', async () => {
  path = `/v1/assets/${newId('asset')}`;
  expect((await moderate(true)).code).toBe('asset.not_found');
  expect(await log()).toEqual([]);
});

describe('an asset that nobody owns', () => {
  it('is edited by moderators alone, on record', async () => {
    const { asset: left } = await catalog.publish({ user_id: NOBODY });
    path = `/v1/assets/${left.asin}`;
    const edit = { body: { name: 'A better name' }, headers: { 'if-match': '"1"' } };
    expect((await send('PATCH', path, { as: coOwner, ...edit })).code).toBe('asset.not_owner');
    expect((await send('PATCH', path, { as: moderator, ...edit })).status).toBe(200);
    expect(await log()).toMatchObject([{ act: 'edited' }]);
  });

  it('is unlike one that somebody owns, which a moderator does not edit', async () => {
    const edit = { body: { name: 'A better name' }, headers: { 'if-match': '"1"' } };
    expect((await send('PATCH', path, { as: moderator, ...edit })).code).toBe('asset.not_owner');
    expect(await log()).toEqual([]);
  });
});
