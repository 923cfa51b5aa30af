import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { loseAnswer } from '@cairn/infra/local/faults/rules';
import { tables } from '@cairn/infra/resources';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDocumentClient, type Document } from '../src/aws/clients.ts';
import { newId } from '../src/ids.ts';
import { assetRecord, type ImageRecord, type PublishedAsset } from '../src/records/asset-record.ts';
import { tombstoneOf } from '../src/records/asset-tombstone.ts';
import { dynamoAddPictures, type AddPictures } from '../src/records/picture-publication.ts';

let stack: FaultyTestStack;
let document: Document;
let addPictures: AddPictures;
beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  document = createDocumentClient();
  addPictures = dynamoAddPictures({ document, assetsTable: tables.assets.name });
});
afterEach(() => stack.faults.clear());
afterAll(() => stack.close());

const AT = '2026-11-22T12:00:00.000Z';
const LATER = '2026-11-22T13:00:00.000Z';

const aPicture = (): ImageRecord => ({
  image_id: newId('image'),
  width: 8,
  height: 6,
  variants: [{ width: 8, height: 6, size: 9, key: 'asset/image/1/8.webp' }],
});

async function given(changes: Partial<PublishedAsset> = {}): Promise<PublishedAsset> {
  const asin = newId('asset');
  const asset: PublishedAsset = {
    asin,
    user_id: newId('user'),
    status: 'published',
    revision: 1,
    co_owners: [],
    name: 'Knight',
    description: 'A knight.',
    kind: '3d',
    tags: [],
    license: 'MIT',
    images: [aPicture()],
    asset_location: `/v1/assets/${asin}/download`,
    asset_size: 3,
    downloads: 0,
    compatible_engine_ver: ['4.x'],
    version: '1.0.0',
    releases: {},
    upload_id: newId('upload'),
    date_posted: AT,
    date_updated: AT,
    ...changes,
  };
  await put(asset);
  return asset;
}

const put = (Item: object) => document.send(new PutCommand({ TableName: tables.assets.name, Item }));

async function read(asin: string): Promise<PublishedAsset> {
  const { Item } = await document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  const record = assetRecord.parse(Item);
  if (record.status !== 'published') throw new Error('not published');
  return record;
}

const anUpload = (asset: PublishedAsset, images = [aPicture()], user_id = asset.user_id) => ({
  asin: asset.asin,
  user_id,
  upload_id: newId('upload'),
  images,
});

it('pictures follow the ones that are there, with their event in the same write (I4)', async () => {
  const asset = await given({ downloads: 5 });
  const upload = anUpload(asset, [aPicture(), aPicture()]);
  const eventId = newId('event');
  expect(await addPictures(upload, eventId, LATER)).toEqual({ outcome: 'published', revision: 2 });
  expect(await read(asset.asin)).toMatchObject({
    images: [...asset.images, ...upload.images],
    revision: 2,
    downloads: 5,
    date_updated: LATER,
    outbox: { [eventId]: { type: 'asset.updated', revision: 2 } },
  });
});

it('I3: an upload that comes again is the same one, also when its pictures were removed meanwhile', async () => {
  const asset = await given();
  const upload = anUpload(asset);
  const eventId = newId('event');
  await Promise.all([1, 2, 3].map(() => addPictures(upload, eventId, LATER)));
  const once = await read(asset.asin);
  expect([once.images.length, once.revision]).toEqual([2, 2]);
  await put({ ...once, images: [], revision: 3 });
  expect(await addPictures(upload, eventId, LATER)).toEqual({ outcome: 'published', revision: 3 });
  expect((await read(asset.asin)).images).toEqual([]);
});

it('I3: an answer that was lost is recognised', async () => {
  const asset = await given();
  const upload = anUpload(asset);
  stack.faults.dynamodb.add(loseAnswer({ operation: 'UpdateItem', table: tables.assets.name, times: 1 }));
  expect(await addPictures(upload, newId('event'), LATER)).toEqual({ outcome: 'published', revision: 2 });
  expect((await read(asset.asin)).images).toHaveLength(2);
});

it('two uploads at once both add theirs', async () => {
  const asset = await given();
  const uploads = [anUpload(asset), anUpload(asset), anUpload(asset)];
  await Promise.all(uploads.map((upload) => addPictures(upload, newId('event'), LATER)));
  const after = await read(asset.asin);
  expect([after.images.length, after.revision]).toEqual([4, 4]);
});

it('a co-owner may add pictures, and nobody else', async () => {
  const coOwner = newId('user');
  const asset = await given({ co_owners: [coOwner] });
  expect(await addPictures(anUpload(asset, [], coOwner), newId('event'), LATER)).toMatchObject({
    outcome: 'published',
  });
  expect(await addPictures(anUpload(asset, [], newId('user')), newId('event'), LATER)).toEqual({
    outcome: 'not_owner',
  });
});

it('an asset has no more pictures than it may have', async () => {
  const asset = await given({ images: Array.from({ length: 19 }, aPicture) });
  const two = anUpload(asset, [aPicture(), aPicture()]);
  expect(await addPictures(two, newId('event'), LATER)).toEqual({ outcome: 'too_many_pictures' });
  expect(await addPictures(anUpload(asset), newId('event'), LATER)).toMatchObject({ outcome: 'published' });
});

it('I6: a deleted asset gets none, nor one that never was', async () => {
  const asset = await given();
  await put(tombstoneOf(asset, newId('event'), LATER));
  const nowhere = { ...anUpload(asset), asin: newId('asset') };
  for (const upload of [anUpload(asset), nowhere]) {
    expect(await addPictures(upload, newId('event'), LATER)).toEqual({ outcome: 'asset_gone' });
  }
});
