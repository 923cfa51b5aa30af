import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { AssetRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { memoryCatalog } from '../testing/memory-catalog.ts';

let catalog: ReturnType<typeof memoryCatalog>;
let asset: PublishedAsset;
let path: string;

const coOwner = newId('user');
const stranger = newId('user');

beforeEach(async () => {
  catalog = memoryCatalog();
  ({ asset } = await catalog.publish({ co_owners: [coOwner] }));
  path = `/v1/assets/${asset.asin}`;
});

interface PatchOptions {
  as?: string;
  match?: string | null;
  type?: string;
}

function patch(
  body: unknown,
  { as = asset.user_id, match = '"1-0"', type = 'application/json' }: PatchOptions = {},
) {
  const headers: Record<string, string> = { 'content-type': type };
  if (match !== null) headers['if-match'] = match;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return catalog.request(path, { method: 'PATCH', headers, body: text, ...(as === '' ? {} : { as }) });
}

const refusal = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
const stored = (): Promise<AssetRecord | undefined> => catalog.assets.get(asset.asin);

describe('PATCH /v1/assets/{asin}', () => {
  it('changes what it names, and nothing else, and writes the event with it (I4)', async () => {
    const answer = await patch({ name: '  Renamed  ', tags: ['New', 'new'] });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2-0-owner"');
    expect(await answer.json()).toMatchObject({
      name: 'Renamed',
      tags: ['new'],
      description: asset.description,
      revision: 2,
    });
    const item = await stored();
    expect(item).toMatchObject({ name: 'Renamed', description: asset.description, revision: 2 });
    const [event] = Object.values(item?.outbox ?? {});
    expect(event).toMatchObject({ type: 'asset.updated', asin: asset.asin, revision: 2 });
    expect(catalog.relayed).toEqual([asset.asin]);
  });

  it('is seen at once by the owner, and by the public through the replica that took it', async () => {
    await patch({ name: 'Renamed' });
    for (const init of [{}, { as: asset.user_id }]) {
      expect(await (await catalog.request(path, init)).json()).toMatchObject({ name: 'Renamed' });
    }
    expect(await (await catalog.request('/v1/assets?q=renamed')).json()).toMatchObject({ total: 1 });
  });

  it('takes the ETag of a GET although downloads were counted since, the bare revision and the weak form', async () => {
    await catalog.assets.raiseDownloads(asset.asin, 7);
    for (const [i, match] of ['"1-0-owner"', '"2"', 'W/"3-7"'].entries()) {
      const answer = await patch({ name: `Renamed ${i}` }, { match });
      expect(answer.status).toBe(200);
    }
    expect(await stored()).toMatchObject({ revision: 4, downloads: 7 });
  });

  it('is open to a co-owner', async () => {
    expect((await patch({ name: 'Renamed' }, { as: coOwner })).status).toBe(200);
  });

  it.each<[string, unknown, PatchOptions, number, string]>([
    ['without a token', { name: 'New name' }, { as: '' }, 401, 'auth.required'],
    ['with a bad token', { name: 'New name' }, { as: 'bad' }, 401, 'auth.invalid_token'],
    [
      'without the scope',
      { name: 'New name' },
      { as: `${stranger}.assets:read` },
      403,
      'auth.insufficient_scope',
    ],
    ['of somebody else (I9)', { name: 'New name' }, { as: stranger }, 403, 'asset.not_owner'],
    ['without If-Match', { name: 'New name' }, { match: null }, 428, 'asset.revision_required'],
    ['with If-Match: *', { name: 'New name' }, { match: '*' }, 428, 'asset.revision_required'],
    ['of an older revision', { name: 'New name' }, { match: '"7-0"' }, 412, 'asset.revision_mismatch'],
    ['of a revision that is none', { name: 'New name' }, { match: 'one' }, 412, 'asset.revision_mismatch'],
    ['that changes nothing', {}, {}, 422, 'request.invalid'],
    ['with a short name', { name: 'x' }, {}, 422, 'request.invalid'],
    ['with a bad licence', { license: 'free for all' }, {}, 422, 'request.invalid'],
    ['with an invisible character', { name: 'Low\u202epoly' }, {}, 422, 'request.invalid'],
    ['of what is not editable', { name: 'New name', downloads: 1_000 }, {}, 422, 'request.invalid'],
    ['of another owner', { user_id: stranger }, {}, 422, 'request.invalid'],
    ['of null', 'null', {}, 422, 'request.invalid'],
    ['of broken JSON', '{"name":', {}, 400, 'request.malformed_json'],
    ['with a prototype', '{"__proto__":{"x":1}}', {}, 400, 'request.malformed_json'],
    ['of text', 'name=New', { type: 'text/plain' }, 415, 'request.unsupported_media_type'],
  ])('%s is refused and changes nothing', async (_what, body, options, status, code) => {
    expect(await refusal(await patch(body, options))).toEqual([status, code]);
    expect(await stored()).toEqual(asset);
  });

  it('names the field that is wrong', async () => {
    const answer = await patch({ name: 'Fine name', tags: ['ok', '!'] });
    expect(await answer.json()).toMatchObject({ errors: [{ field: '/tags/1' }] });
    const unknown = await patch({ name: 'Fine name', kind: '2d', downloads: 9 });
    expect(await unknown.json()).toMatchObject({
      errors: [
        { field: '/kind', code: 'field.unknown' },
        { field: '/downloads', code: 'field.unknown' },
      ],
    });
  });

  it('of an unknown and of a deleted asset is 404', async () => {
    await catalog.request(path, { method: 'DELETE', as: asset.user_id });
    expect(await refusal(await patch({ name: 'New name' }, { match: '"2-0"' }))).toEqual([
      404,
      'asset.not_found',
    ]);
    path = `/v1/assets/${newId('asset')}`;
    expect(await refusal(await patch({ name: 'New name' }))).toEqual([404, 'asset.not_found']);
  });

  it('lets one of two edits of one revision win', async () => {
    const answers = await Promise.all([patch({ name: 'The first' }), patch({ name: 'The second' })]);
    expect(new Set(answers.map((each) => each.status))).toEqual(new Set([200, 412]));
    expect(await stored()).toMatchObject({ revision: 2 });
  });
});

describe('DELETE /v1/assets/{asin}', () => {
  const remove = (as: string | undefined, headers: Record<string, string> = {}) =>
    catalog.request(path, { method: 'DELETE', headers, ...(as === undefined ? {} : { as }) });

  it('leaves a tombstone with its event, and nothing of the content (I6)', async () => {
    const answer = await remove(asset.user_id);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const item = await stored();
    expect(item).toMatchObject({
      status: 'deleted',
      asin: asset.asin,
      user_id: asset.user_id,
      revision: 2,
      date_posted: asset.date_posted,
      due_at: expect.any(String),
    });
    expect(JSON.stringify(item)).not.toContain(asset.name);
    expect(Object.values(item?.outbox ?? {})).toMatchObject([{ type: 'asset.deleted', revision: 2 }]);
    expect(catalog.relayed).toEqual([asset.asin]);
  });

  it('takes it from every read and from downloads at once', async () => {
    await remove(asset.user_id);
    for (const suffix of ['', '/download', '/releases/1.0.0']) {
      expect((await catalog.request(path + suffix)).status).toBe(404);
      expect((await catalog.request(path + suffix, { as: asset.user_id })).status).toBe(404);
    }
    expect(await (await catalog.request('/v1/assets')).json()).toMatchObject({ total: 0 });
  });

  it('again is 404', async () => {
    await remove(asset.user_id);
    expect(await refusal(await remove(asset.user_id))).toEqual([404, 'asset.not_found']);
  });

  it('is for the owner alone', async () => {
    expect(await refusal(await remove(undefined))).toEqual([401, 'auth.required']);
    expect(await refusal(await remove(stranger))).toEqual([403, 'asset.not_owner']);
    expect(await refusal(await remove(coOwner))).toEqual([403, 'asset.not_owner']);
    expect(await stored()).toEqual(asset);
  });

  it('may be bound to a revision', async () => {
    const wrong = await remove(asset.user_id, { 'if-match': '"9"' });
    expect(await refusal(wrong)).toEqual([412, 'asset.revision_mismatch']);
    expect((await remove(asset.user_id, { 'if-match': '"1-0"' })).status).toBe(204);
  });
});
