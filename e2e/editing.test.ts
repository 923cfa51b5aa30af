import type { Receipt } from '@cairn/tools/client/wire';
import { expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, publish, sendAll, untilState } from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';

const api = await apiUnderTest();

interface ShownAsset {
  readonly revision: number;
  readonly version: string;
  readonly images: readonly { readonly image_id: string; readonly variants: readonly { url: string }[] }[];
}

it('pictures are added by an upload, put in another order and removed by an edit', async () => {
  const owner = await aRegisteredUser(api);
  const { asset } = await publish(api, owner, await anUpload());
  const path = `/v1/assets/${asset.asin}`;
  const read = async () => (await api.call({ method: 'GET', path, token: owner.token })).body as ShownAsset;
  const idsOf = ({ images }: ShownAsset) => images.map(({ image_id }) => image_id);
  const [first] = idsOf(await read());

  const more = await anUpload();
  const { pictures } = more.declaration;
  const body = { asin: asset.asin, pictures };
  const stranger = await aRegisteredUser(api);
  const refused = { method: 'POST', path: '/v1/uploads', token: stranger.token, json: body } as const;
  expectProblem(await api.call(refused), 403, 'asset.not_owner');
  const declared = await api.call({ ...refused, token: owner.token });
  expect(declared.status).toBe(201);
  const receipt = declared.body as Receipt;
  await sendAll({ ...more, files: [] }, receipt);
  await untilState(api, owner.token, receipt.upload_id, 'published');
  const added = receipt.files[0]?.file_id;
  const both = await read();
  expect(idsOf(both)).toEqual([first, added]);

  const edit = (images: readonly (string | undefined)[], revision: number) =>
    api.call({
      method: 'PATCH',
      path,
      token: owner.token,
      json: { images },
      headers: { 'if-match': `"${revision}"` },
    });
  expect((await edit([added, first], both.revision)).status).toBe(200);
  expectProblem(await edit([added], both.revision), 412, 'asset.revision_mismatch');
  const turned = await read();
  expect(idsOf(turned)).toEqual([added, first]);
  expect((await edit([added], turned.revision)).status).toBe(200);
  const left = await read();
  expect(idsOf(left)).toEqual([added]);
  // Whoever has the page still open sees the picture that was removed.
  for (const image of both.images) {
    for (const { url } of image.variants) expect((await fetch(url)).status).toBe(200);
  }
});

it('a yanked release leaves search and "newest", can be had by its version, and comes back', async () => {
  const owner = await aRegisteredUser(api);
  const upload = await anUpload({ pictures: [] });
  const { asset } = await publish(api, owner, upload);
  const path = `/v1/assets/${asset.asin}`;
  const yank = `${path}/releases/1.0.0/yank`;
  const found = async () => {
    const answer = await api.call({ method: 'GET', path: `/v1/assets?owner=${owner.asin}` });
    return (answer.body as { total: number }).total;
  };
  const reason = 'Its textures are missing.';
  const yanked = await api.call({ method: 'PUT', path: yank, token: owner.token, json: { reason } });
  expect(yanked.status).toBe(200);
  await vi.waitFor(async () => expect(await found()).toBe(0), { timeout: 2_000 });
  expectProblem(await api.call({ method: 'GET', path: `${path}/download` }), 404, 'release.not_found');
  const release = await api.call({ method: 'GET', path: `${path}/releases/1.0.0` });
  expect([release.status, release.body]).toMatchObject([200, { yanked: { reason } }]);
  expect(release.headers.get('deprecation')).toMatch(/^@\d+$/);
  const last = await api.call({ method: 'DELETE', path: `${path}/releases/1.0.0`, token: owner.token });
  expectProblem(last, 409, 'release.last');

  expect((await api.call({ method: 'DELETE', path: yank, token: owner.token })).status).toBe(200);
  await vi.waitFor(async () => expect(await found()).toBe(1), { timeout: 2_000 });
});
