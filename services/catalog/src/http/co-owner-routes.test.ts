import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { memoryCatalog } from '../testing/memory-catalog.ts';
import { jsonClient } from '../testing/requests.ts';

const coOwner = newId('user');
const stranger = newId('user');
let catalog: ReturnType<typeof memoryCatalog>;
let send: ReturnType<typeof jsonClient>;
let asset: PublishedAsset;
const path = (userId: string) => `/v1/assets/${asset.asin}/co_owners/${userId}`;
const stored = async () => (await catalog.assets.get(asset.asin)) as PublishedAsset;

beforeEach(async () => {
  catalog = memoryCatalog();
  send = jsonClient(catalog);
  ({ asset } = await catalog.publish({ co_owners: [coOwner] }));
});

describe('co-owners', () => {
  it('are added and removed by the owner, each once', async () => {
    const added = await send('PUT', path(stranger), { as: asset.user_id });
    expect([added.status, added.headers.get('etag')]).toEqual([200, '"2-0-owner"']);
    expect(added.json).toMatchObject({ editing: { role: 'owner', co_owners: [coOwner, stranger] } });
    expect((await send('PUT', path(stranger), { as: asset.user_id })).json).toMatchObject({ revision: 2 });
    expect((await send('DELETE', path(coOwner), { as: asset.user_id })).status).toBe(200);
    expect((await send('DELETE', path(coOwner), { as: asset.user_id })).json).toMatchObject({ revision: 3 });
    expect((await stored()).co_owners).toEqual([stranger]);
  });

  it('may leave, edit and yank, and change no other co-owner', async () => {
    const body = { reason: 'Broken.' };
    const yank = `/v1/assets/${asset.asin}/releases/1.0.0/yank`;
    expect((await send('PUT', yank, { as: coOwner, body })).json).toMatchObject({
      editing: { role: 'co_owner' },
    });
    expect((await send('PUT', path(stranger), { as: coOwner })).code).toBe('asset.not_owner');
    expect((await send('DELETE', path(asset.user_id), { as: coOwner })).code).toBe('asset.not_owner');
    expect((await send('DELETE', path(coOwner), { as: coOwner })).json).toMatchObject({ editing: null });
    expect((await send('DELETE', path(coOwner), { as: coOwner })).code).toBe('asset.not_owner');
    expect((await stored()).co_owners).toEqual([]);
  });

  it('are at most twenty', async () => {
    const twenty = Array.from({ length: 20 }, () => newId('user'));
    catalog.assets.put({ ...asset, co_owners: twenty });
    expect((await send('PUT', path(stranger), { as: asset.user_id })).code).toBe('asset.co_owners_full');
  });

  it.each<[string, () => Promise<{ status: number; code: string | undefined }>, number, string]>([
    ['without a token', () => send('PUT', path(stranger)), 401, 'auth.required'],
    ['by a stranger (I9)', () => send('PUT', path(stranger), { as: stranger }), 403, 'asset.not_owner'],
    ['of the owner', () => send('PUT', path(asset.user_id), { as: asset.user_id }), 422, 'request.invalid'],
    ['of no user id', () => send('PUT', path('me'), { as: asset.user_id }), 422, 'request.invalid'],
    [
      'for another revision',
      () => send('PUT', path(stranger), { as: asset.user_id, headers: { 'if-match': '"7"' } }),
      412,
      'asset.revision_mismatch',
    ],
  ])('%s is refused and changes nothing', async (_what, ask, status, code) => {
    const { status: was, code: told } = await ask();
    expect([was, told]).toEqual([status, code]);
    expect(await stored()).toEqual(asset);
  });

  it('that have no account, or lose it at that moment, are none', async () => {
    catalog.deletedUsers.add(stranger);
    expect((await send('PUT', path(stranger), { as: asset.user_id })).code).toBe('user.not_found');
    expect(await stored()).toEqual(asset);
    catalog.deletedUsers.delete(stranger);
    const edit = catalog.assets.edit.bind(catalog.assets);
    catalog.assets.edit = async (...change) => {
      catalog.deletedUsers.add(stranger);
      return edit(...change);
    };
    expect((await send('PUT', path(stranger), { as: asset.user_id })).code).toBe('user.not_found');
    expect((await stored()).co_owners).toEqual([coOwner]);
  });
});
