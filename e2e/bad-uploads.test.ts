import { bytesSource, getFromStorage, putToStorage } from '@cairn/tools/client/transfer';
import type { PresignedPut, Receipt } from '@cairn/tools/client/wire';
import { describe, expect, inject, it } from 'vitest';
import { agedUrl } from './aged.ts';
import {
  aModel,
  anUpload,
  aPicture,
  aRegisteredUser,
  declared,
  publish,
  sendAll,
  sha256Of,
  untilState,
  type LocalUpload,
  type RegisteredUser,
} from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';
import { deviationOf } from './storage.ts';

const api = await apiUnderTest();

describe('I1: a file that fails inspection publishes nothing', () => {
  const text = Buffer.from('This is no model and no picture, whatever it is called.');
  const cases: [string, Parameters<typeof anUpload>[0], string][] = [
    [
      'a text file that claims to be a model',
      { files: [{ path: 'model.glb', bytes: text, contentType: 'model/gltf-binary' }] },
      'file.type_mismatch',
    ],
    [
      'a text file that claims to be a picture',
      { pictures: [{ path: 'cover.png', bytes: text, contentType: 'image/png' }] },
      'picture.unsupported_type',
    ],
  ];

  it.each(cases)('%s', async (_what, changes, code) => {
    const owner = await aRegisteredUser(api);
    await expectRejected(owner, await anUpload(changes), code);
  });

  it('a picture that ends too early', async () => {
    const owner = await aRegisteredUser(api);
    const whole = await aPicture();
    const half = { ...whole, bytes: whole.bytes.subarray(0, whole.bytes.length / 2) };
    await expectRejected(owner, await anUpload({ pictures: [half] }), 'picture.corrupt');
  });

  async function expectRejected(owner: RegisteredUser, upload: LocalUpload, code: string): Promise<void> {
    const receipt = await api.declareUpload(owner.token, upload.declaration);
    await sendAll(upload, receipt);
    const ended = await untilState(api, owner.token, receipt.upload_id, 'rejected');
    const refusals = ended.files.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
    expect(refusals).toMatchObject([{ code, field: expect.stringMatching(/^\//), hint: expect.any(String) }]);
    await expectNotPublic(receipt);
  }
});

describe('I2: published bytes never change', () => {
  it('a PUT replayed after publishing changes nothing that is served', async () => {
    const owner = await aRegisteredUser(api);
    const model = aModel();
    const upload = await anUpload({ files: [{ path: 'crate.glb', bytes: model }], pictures: [] });
    const { declared: first, asset } = await publish(api, owner, upload);
    const before = await api.release(asset.asin, '1.0.0');

    const put = putOf(first);
    await putToStorage(put, bytesSource(model));
    const other = Buffer.from(model).reverse();
    const refused = await putToStorage(put, bytesSource(other));
    expect(refused.status).toBeGreaterThanOrEqual(400);

    expect(await api.release(asset.asin, '1.0.0')).toEqual(before);
    const served = await getFromStorage(await api.downloadUrl(asset.asset_location));
    expect(served.sha256).toBe(sha256Of(model));
    expect(await api.receipt(owner.token, first.upload_id)).toMatchObject({ state: 'published' });
  });
});

describe('I7: the URL that was given takes exactly the file that was declared', () => {
  const cases: [string, (put: PresignedPut, bytes: Buffer) => [PresignedPut, Buffer]][] = [
    ['fewer bytes than declared', (put, bytes) => [put, bytes.subarray(0, -1)]],
    ['more bytes than declared', (put, bytes) => [put, Buffer.concat([bytes, Buffer.from('x')])]],
    ['no bytes at all', (put) => [put, Buffer.alloc(0)]],
    ['other bytes of the same size', (put, bytes) => [put, Buffer.from(bytes).reverse()]],
    ['another content type', (put, bytes) => [withHeader(put, 'content-type', 'text/html'), bytes]],
    ['a hash of its own', (put, bytes) => [withHeader(put, 'x-amz-checksum-sha256', hashHeader('x')), bytes]],
    ['another key', (put, bytes) => [{ ...put, url: put.url.replace(/file_\w+\?/, 'file_other?') }, bytes]],
    [
      'another bucket',
      (put, bytes) => [{ ...put, url: put.url.replace('cairn-incoming', 'cairn-assets') }, bytes],
    ],
    [
      'a longer life',
      (put, bytes) => [{ ...put, url: put.url.replace(/(X-Amz-Expires=)\d+/, '$1604800') }, bytes],
    ],
    ['no signature', (put, bytes) => [{ ...put, url: put.url.split('?')[0] ?? '' }, bytes]],
    ['a public ACL', (put, bytes) => [withHeader(put, 'x-amz-acl', 'public-read'), bytes]],
  ];

  it.for(cases)('%s: refused by the storage, and the upload goes on waiting', async ([, alter], context) => {
    const deviation = await deviationOf(api, 'signatures');
    if (deviation !== undefined) return context.skip(deviation);
    const owner = await aRegisteredUser(api);
    const bytes = aModel();
    const upload = await anUpload({ files: [{ path: 'crate.glb', bytes }], pictures: [] });
    const receipt = await api.declareUpload(owner.token, upload.declaration);
    const [put, sent] = alter(putOf(receipt), bytes);
    const answer = await putToStorage(put, bytesSource(sent));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await api.receipt(owner.token, receipt.upload_id)).toMatchObject({ state: 'created' });
    await expectNotPublic(receipt);

    await sendAll(upload, receipt);
    await untilState(api, owner.token, receipt.upload_id, 'published');
  });

  it('an expired URL: refused by the storage', async (context) => {
    const dataFolder = inject('dataFolder');
    if (dataFolder === undefined) return context.skip('needs a product of our own, whose clock it can cheat');
    const deviation = await deviationOf(api, 'signatures');
    if (deviation !== undefined) return context.skip(deviation);
    const owner = await aRegisteredUser(api);
    const upload = await anUpload({ pictures: [] });
    const receipt = await api.declareUpload(owner.token, upload.declaration);
    const put = putOf(receipt);
    const bytes = bytesSource(upload.files[0]?.bytes ?? Buffer.alloc(0));
    const late = await putToStorage({ ...put, url: await agedUrl(put, 2 * 3_600, dataFolder) }, bytes);
    expect(late).toEqual({ status: 403, code: 'AccessDenied' });
    const inTime = await putToStorage({ ...put, url: await agedUrl(put, 60, dataFolder) }, bytes);
    expect(inTime.status).toBe(200);
  });
});

describe('I9: what belongs to somebody else', () => {
  it('an upload is unknown to everybody but its user', async () => {
    const [owner, other] = [await aRegisteredUser(api), await aRegisteredUser(api)];
    const { upload_id } = await api.declareUpload(owner.token, (await anUpload()).declaration);
    const path = `/v1/uploads/${upload_id}`;
    expectProblem(await api.call({ method: 'GET', path, token: other.token }), 404, 'upload.not_found');
    expectProblem(await api.call({ method: 'GET', path }), 401, 'auth.required');
  });

  it('I6: an upload is closed to the token of an account that is gone, and so is every other route', async () => {
    const owner = await aRegisteredUser(api);
    const { declaration } = await anUpload();
    const { upload_id, files } = await api.declareUpload(owner.token, declaration);
    const { token, password } = owner;
    const gone = await api.call({ method: 'DELETE', path: '/v1/users/me', token, json: { password } });
    expect(gone.status).toBe(202);
    const upload = `/v1/uploads/${upload_id}`;
    const calls = [
      api.call({ method: 'GET', path: '/v1/uploads', token }),
      api.call({ method: 'GET', path: upload, token }),
      api.call({ method: 'DELETE', path: upload, token }),
      api.call({ method: 'GET', path: `${upload}/files/${files[0]?.file_id}/urls`, token }),
      api.call({ method: 'POST', path: `${upload}/files/${files[0]?.file_id}/complete`, token }),
      api.call({ method: 'POST', path: '/v1/uploads', token, json: declaration }),
    ];
    for (const answer of await Promise.all(calls)) expectProblem(answer, 401, 'auth.invalid_token');
  });

  it('an asset is edited and deleted by its owner alone, and stays as it was', async () => {
    const [owner, other] = [await aRegisteredUser(api), await aRegisteredUser(api)];
    const { asset } = await publish(api, owner, await anUpload({ pictures: [] }));
    const path = `/v1/assets/${asset.asin}`;
    const { token } = other;
    const before = await api.asset(asset.asin, owner.token);
    const headers = { 'if-match': (await api.call({ method: 'GET', path })).headers.get('etag') ?? '' };
    expectProblem(
      await api.call({ method: 'PATCH', path, token, headers, json: { name: 'Mine now' } }),
      403,
      'asset.not_owner',
    );
    expectProblem(await api.call({ method: 'DELETE', path, token }), 403, 'asset.not_owner');
    expect(await api.asset(asset.asin, owner.token)).toEqual(before);
  });
});

describe('I14: a declaration that cannot be is refused before anything is sent', () => {
  const file = declared({ path: 'crate.glb', bytes: aModel() });
  const cases: [string, Record<string, unknown>, string][] = [
    ['a file of no bytes', { files: [{ ...file, size: 0 }] }, '/files/0/size'],
    ['a file larger than the limit', { files: [{ ...file, size: 6 * 2 ** 30 }] }, '/files/0/size'],
    ['a hash that is none', { files: [{ ...file, sha256: 'abc' }] }, '/files/0/sha256'],
    ['a path that climbs', { files: [{ ...file, path: '../../etc/passwd' }] }, '/files/0/path'],
    ['two files of one path', { files: [file, { ...file, path: 'CRATE.glb' }] }, '/files/1/path'],
    ['no file', { files: [] }, '/files'],
    ['an unknown field', { owner: 'somebody else' }, '/owner'],
    ['a field that is computed', { downloads: 1_000_000 }, '/downloads'],
    ['a licence that nobody knows', { license: 'mine' }, '/license'],
    ['an engine that is no version', { compatible_engine_ver: ['newest'] }, '/compatible_engine_ver/0'],
    ['a third kind', { kind: '4d' }, '/kind'],
    ['a name that reads backwards', { name: 'Crate \u202Eetarc' }, '/name'],
    ['a name of the wrong type', { name: 12_345 }, '/name'],
  ];

  it.each(cases)('%s', async (_what, changes, field) => {
    const owner = await aRegisteredUser(api);
    const { declaration } = await anUpload();
    const json = { ...declaration, ...changes };
    const answer = await api.call({ method: 'POST', path: '/v1/uploads', token: owner.token, json });
    expectProblem(answer, 422, 'request.invalid');
    expect((answer.body as { errors: { field: string }[] }).errors.map((each) => each.field)).toContain(
      field,
    );
    expect((await api.search({ owner: owner.asin })).total).toBe(0);
  });
});

it.each(['one', 'another', 'a third'])(
  '%s new user declares sixteen uploads at once: all are accepted',
  async () => {
    const owner = await aRegisteredUser(api);
    const uploads = await Promise.all(Array.from({ length: 16 }, () => anUpload({ pictures: [] })));
    const receipts = await Promise.all(
      uploads.map(({ declaration }) => api.declareUpload(owner.token, declaration)),
    );
    expect(new Set(receipts.map((receipt) => receipt.upload_id)).size).toBe(uploads.length);
  },
);

async function expectNotPublic({ asin }: Receipt): Promise<void> {
  expectProblem(await api.call({ method: 'GET', path: `/v1/assets/${asin}` }), 404, 'asset.not_found');
  expectProblem(
    await api.call({ method: 'GET', path: `/v1/assets/${asin}/download` }),
    404,
    'asset.not_found',
  );
}

function putOf(receipt: Receipt): PresignedPut {
  const put = receipt.files[0]?.put;
  if (put === undefined) throw new Error('the receipt holds no URL');
  return put;
}

const withHeader = (put: PresignedPut, name: string, value: string): PresignedPut => ({
  ...put,
  headers: { ...put.headers, [name]: value },
});

const hashHeader = (text: string): string =>
  Buffer.from(sha256Of(Buffer.from(text)), 'hex').toString('base64');
