import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiClient, type ApiClient } from '@cairn/tools/client/api-client';
import { bytesSource, getFromStorage, putToStorage } from '@cairn/tools/client/transfer';
import { startProduct, type Product } from '@cairn/tools/product/start-product';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  aModel,
  anUpload,
  aRegisteredUser,
  sendAll,
  sha256Of,
  untilState,
  type LocalUpload,
  type RegisteredUser,
} from './builders.ts';
import { followUpload, transitionOf } from './event-stream.ts';
import { TEST_ENVIRONMENT } from './test-environment.ts';

const patient = { timeout: 30_000, interval: 50 };

/** A product that is killed and started again with the same data, at the same address. */
let product: Product;
let api: ApiClient;
let dataFolder: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-crash-'));
  product = await startProduct({ dataFolder, env: TEST_ENVIRONMENT });
  api = createApiClient(product.url);
});

afterAll(async () => {
  await product.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

async function startAgain(): Promise<void> {
  product = await startProduct({
    dataFolder,
    env: TEST_ENVIRONMENT,
    port: Number(new URL(product.url).port),
  });
}

describe('I5: kill -9 of every process', () => {
  let owner: RegisteredUser;
  let first: LocalUpload;
  let firstAsin: string;

  it('right after a sign-up was answered: the user signs in, and the token still counts', async () => {
    const user = await aRegisteredUser(api);
    await product.kill();
    await startAgain();
    const { username, password, asin } = user;
    const session = await api.call({ method: 'POST', path: '/v1/sessions', json: { username, password } });
    expect(session).toMatchObject({ status: 201, body: { user: { asin, username } } });
    expect(await api.me(user.token)).toMatchObject({ asin });
    owner = user;
  });

  it('right after a publication was answered: the asset is found, whole, and served', async () => {
    first = await anUpload();
    const receipt = await api.declareUpload(owner.token, first.declaration);
    await sendAll(first, receipt);
    await untilState(api, owner.token, receipt.upload_id, 'published');
    await product.kill();
    await startAgain();
    firstAsin = receipt.asin;
    await expectServed(firstAsin, first);
    expect(await api.receipt(owner.token, receipt.upload_id)).toMatchObject({ state: 'published' });
  });

  it('right after a declaration and a PUT were answered, with the event lost: the sweep finishes it', async () => {
    const waiting = await api.declareUpload(owner.token, (await anUpload()).declaration);
    const upload = await anUpload();
    const receipt = await api.declareUpload(owner.token, upload.declaration);
    const answers = await sendAll(upload, receipt);
    await product.kill();
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    // Whatever was on its way in a queue or a topic is gone.
    await rm(path.join(dataFolder, 'messaging'), { recursive: true, force: true });

    await startAgain();
    expect(await api.receipt(owner.token, waiting.upload_id)).toMatchObject({ state: 'created' });
    await untilState(api, owner.token, receipt.upload_id, 'published', 30_000);
    await expectServed(receipt.asin, upload);
    await expectServed(firstAsin, first);
  });
});

describe('I14: kill -9 of ingest while an upload is followed', () => {
  it('loses no event and tells none twice, to a client that comes back with the id of its last one', async () => {
    const owner = await aRegisteredUser(api);
    const contents = [aModel(), aModel()] as const;
    const files = contents.map((bytes, i) => ({ path: `part-${i}.glb`, bytes }));
    const { declaration } = await anUpload({ files, pictures: [] });
    const { upload_id, files: entries } = await api.declareUpload(owner.token, declaration);
    const follow = (lastEventId?: string) => followUpload(owner.token, upload_id, lastEventId, product.url);
    const send = async (position: 0 | 1) => {
      const put = entries[position]?.put;
      if (put === undefined) throw new Error('the receipt holds no URL');
      expect((await putToStorage(put, bytesSource(contents[position]))).status).toBe(200);
    };

    const before = await follow();
    await send(0);
    const isDone = `${entries[0]?.file_id} accepted 100`;
    await vi.waitFor(() => expect(before.events.map(transitionOf)).toContain(isDone), patient);
    process.kill(product.services.ingest?.pid ?? 0, 'SIGKILL');
    await before.over.catch(() => undefined);
    await send(1);
    const after = await vi.waitFor(async () => {
      const again = await follow(before.events.at(-1)?.id);
      expect(again.status).toBe(200);
      return again;
    }, patient);
    await after.over;

    const told = [...before.events, ...after.events].map(transitionOf);
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((each) => each.startsWith('receipt'))).toEqual(['receipt created']);
    expect(told).toContain(`${entries[1]?.file_id} accepted 100`);
    expect(told.at(-1)).toBe('upload published');
    expect((await follow(after.events.at(-1)?.id)).status).toBe(204);
  });
});

async function expectServed(asin: string, upload: LocalUpload): Promise<void> {
  const { name } = upload.declaration;
  await vi.waitFor(
    async () => expect((await api.search({ q: name })).items.map((item) => item.asin)).toEqual([asin]),
    { timeout: 20_000, interval: 100 },
  );
  const asset = await api.asset(asin);
  expect(asset.images.map((image) => image.variants.length)).toEqual([3]);
  for (const { url, size } of asset.images[0]?.variants ?? []) {
    expect(await getFromStorage(url)).toMatchObject({ status: 200, sizeBytes: size });
  }
  const download = await getFromStorage(await api.downloadUrl(asset.asset_location));
  expect(download.sha256).toBe(sha256Of(upload.files[0]?.bytes ?? Buffer.alloc(0)));
}
