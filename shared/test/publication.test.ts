import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { loseAnswer, refuse } from '@cairn/infra/local/faults/rules';
import { tables } from '@cairn/infra/resources';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDocumentClient, type Document } from '../src/aws/clients.ts';
import { ASSET_LIMITS } from '../src/fields/asset-limits.ts';
import { newId } from '../src/ids.ts';
import { assetRecord, type PublishedAsset } from '../src/records/asset-record.ts';
import { dynamoPublication, type NewAsset, type Publication } from '../src/records/publication.ts';
import type { ReleaseRecord } from '../src/records/release-record.ts';

let stack: FaultyTestStack;
let document: Document;
let publication: Publication;
beforeAll(async () => {
  stack = await startTestStack({ faults: true });
  document = createDocumentClient();
  publication = dynamoPublication({
    document,
    assetsTable: tables.assets.name,
    releasesTable: tables.releases.name,
  });
});
afterEach(() => stack.faults.clear());
afterAll(() => stack.close());

const AT = '2026-11-22T12:00:00.000Z';

const aNewAsset = (): NewAsset => ({
  asin: newId('asset'),
  user_id: newId('user'),
  name: 'Knight',
  description: 'A knight.',
  kind: '3d',
  tags: [],
  license: 'MIT',
  images: [],
});

function aReleaseOf(asset: NewAsset, overrides: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const file_id = newId('file');
  return {
    asin: asset.asin,
    release_id: newId('release'),
    version: '1.0.0',
    upload_id: newId('upload'),
    user_id: asset.user_id,
    compatible_engine_ver: ['4.x'],
    note: '',
    size: 3,
    files: [{ file_id, path: 'a.glb', key: 'k', size: 3, sha256: 'a'.repeat(64), media_type: 'text/plain' }],
    main_file_id: file_id,
    date_posted: AT,
    ...overrides,
  };
}

async function read(asin: string) {
  const { Item } = await document.send(
    new GetCommand({ TableName: tables.assets.name, Key: { asin }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : assetRecord.parse(Item);
}

const eventTypes = (record: Awaited<ReturnType<typeof read>>) =>
  Object.values(record?.outbox ?? {}).map(({ type }) => type);

async function aPublishedAsset() {
  const asset = aNewAsset();
  await publication.createAsset(asset, aReleaseOf(asset), newId('event'));
  return asset;
}

it('I3: an asset that is created again by its own upload is the same one, with one event', async () => {
  const asset = aNewAsset();
  const release = aReleaseOf(asset);
  const eventId = newId('event');
  const tries = [1, 2, 3].map(() => publication.createAsset(asset, release, eventId));
  expect(await Promise.all(tries)).toEqual([1, 2, 3].map(() => ({ outcome: 'published', revision: 1 })));
  expect(eventTypes(await read(asset.asin))).toEqual(['asset.published']);
});

it('I4: a publication whose answer was lost is recognised as done', async () => {
  stack.faults.dynamodb.add(loseAnswer({ operation: 'PutItem', table: tables.assets.name, times: 1 }));
  const asset = aNewAsset();
  expect(await publication.createAsset(asset, aReleaseOf(asset), newId('event'))).toMatchObject({
    outcome: 'published',
  });
  stack.faults.dynamodb.add(loseAnswer({ operation: 'UpdateItem', table: tables.assets.name, times: 1 }));
  const next = aReleaseOf(asset, { version: '1.1.0' });
  expect(await publication.addRelease(next, newId('event'))).toEqual({ outcome: 'published', revision: 2 });
});

it('racing releases of one version: one is published, the others are told that it is taken', async () => {
  const asset = await aPublishedAsset();
  const releases = [1, 2, 3, 4].map(() => aReleaseOf(asset, { version: '2.0.0' }));
  const outcomes = await Promise.all(releases.map((each) => publication.addRelease(each, newId('event'))));
  expect(outcomes.filter(({ outcome }) => outcome === 'published')).toHaveLength(1);
  expect(outcomes.filter(({ outcome }) => outcome === 'version_taken')).toHaveLength(3);
});

it('racing releases of different versions are all published, each with its event', async () => {
  const asset = await aPublishedAsset();
  const versions = ['1.1.0', '1.2.0', '1.3.0-beta.1', '0.9.0'];
  const releases = versions.map((version, i) => aReleaseOf(asset, { version, size: 10 + i }));
  await Promise.all(releases.map((each) => publication.addRelease(each, newId('event'))));
  const record = (await read(asset.asin)) as PublishedAsset;
  expect(Object.keys(record.releases).toSorted()).toEqual(['1.0.0', ...versions].toSorted());
  // The newest is the highest version that is no pre-release, whatever came last.
  expect(record).toMatchObject({ version: '1.2.0', asset_size: 11, revision: 5 });
  expect(eventTypes(record)).toHaveLength(5);
});

it('a release by somebody else, or one too many, is refused', async () => {
  const asset = await aPublishedAsset();
  const stranger = aReleaseOf(asset, { version: '1.1.0', user_id: newId('user') });
  expect(await publication.addRelease(stranger, newId('event'))).toEqual({ outcome: 'not_owner' });
  // As many as it may have but one; publishing each of them would read and write a growing item.
  const record = await read(asset.asin);
  if (record?.status !== 'published') throw new Error('the asset is not there');
  const [shown] = Object.values(record.releases);
  if (shown === undefined) throw new Error('the asset has no release');
  const others = Array.from({ length: ASSET_LIMITS.releases - 2 }, (_, i) => {
    const version = `1.${i + 1}.0`;
    return [version, { ...shown, release_id: newId('release'), version }] as const;
  });
  const releases = { ...record.releases, ...Object.fromEntries(others) };
  await document.send(new PutCommand({ TableName: tables.assets.name, Item: { ...record, releases } }));
  const last = aReleaseOf(asset, { version: '8.0.0' });
  expect(await publication.addRelease(last, newId('event'))).toMatchObject({ outcome: 'published' });
  const oneTooMany = aReleaseOf(asset, { version: '9.0.0' });
  expect(await publication.addRelease(oneTooMany, newId('event'))).toEqual({ outcome: 'too_many_releases' });
});

it('I6: what was withdrawn is a tombstone with its event, and takes no release any more', async () => {
  const asset = await aPublishedAsset();
  const withdraw = () => publication.withdraw(asset, newId('event'), AT);
  await Promise.all([withdraw(), withdraw()]);
  const record = await read(asset.asin);
  expect(record).toMatchObject({ status: 'deleted', revision: 2 });
  expect(JSON.stringify(record)).not.toContain('Knight');
  expect(eventTypes(record)).toEqual(['asset.published', 'asset.deleted']);
  const late = aReleaseOf(asset, { version: '1.1.0' });
  expect(await publication.addRelease(late, newId('event'))).toEqual({ outcome: 'asset_gone' });
});

it('I6: an asset that was withdrawn before it was created cannot be created by a slower worker', async () => {
  const asset = aNewAsset();
  await publication.withdraw(asset, newId('event'), AT);
  expect(await publication.createAsset(asset, aReleaseOf(asset), newId('event'))).toEqual({
    outcome: 'asset_gone',
  });
  expect(eventTypes(await read(asset.asin))).toEqual([]);
});

async function readRelease({ asin, release_id }: ReleaseRecord) {
  const { Item } = await document.send(
    new GetCommand({ TableName: tables.releases.name, Key: { asin, release_id }, ConsistentRead: true }),
  );
  return Item;
}

it('an asset holds the file names of its newest release, and of no other', async () => {
  const asset = aNewAsset();
  const wordsOf = async () => {
    const record = await read(asset.asin);
    return record?.status === 'published' ? record.file_words : undefined;
  };
  await publication.createAsset(asset, aReleaseOf(asset, { file_words: ['old'] }), newId('event'));
  expect(await wordsOf()).toEqual(['old']);
  await publication.addRelease(aReleaseOf(asset, { version: '2.0.0', file_words: ['new'] }), newId('event'));
  expect(await wordsOf()).toEqual(['new']);
  await publication.addRelease(
    aReleaseOf(asset, { version: '1.5.0', file_words: ['between'] }),
    newId('event'),
  );
  expect(await wordsOf()).toEqual(['new']);
  await publication.addRelease(aReleaseOf(asset, { version: '3.0.0' }), newId('event'));
  expect(await wordsOf()).toBeUndefined();
});

it('releases that lost a race for a version leave no item, and the one that won keeps its own', async () => {
  const asset = await aPublishedAsset();
  const releases = Array.from({ length: 6 }, () => aReleaseOf(asset, { version: '2.0.0' }));
  await Promise.all(releases.map((each) => publication.addRelease(each, newId('event'))));
  const record = (await read(asset.asin)) as PublishedAsset;
  const left = await Promise.all(releases.map(readRelease));
  expect(left.flatMap((item) => (item === undefined ? [] : [item.release_id]))).toEqual([
    record.releases['2.0.0']?.release_id,
  ]);
});

it('two workers with one release, one of them slower, do not remove each other what is published', async () => {
  const asset = await aPublishedAsset();
  const release = aReleaseOf(asset, { version: '1.1.0' });
  const rival = aReleaseOf(asset, { version: '1.2.0' });
  const eventId = newId('event');
  await Promise.all([
    publication.addRelease(release, eventId),
    publication.addRelease(rival, newId('event')),
    publication.addRelease(release, eventId),
  ]);
  expect(await readRelease(release)).toBeDefined();
  expect(await publication.findRelease(asset.asin, release.release_id)).toEqual(release);
});

it('discards a release that nobody published, and never one that its asset names', async () => {
  const asset = await aPublishedAsset();
  const published = aReleaseOf(asset, { version: '1.1.0' });
  await publication.addRelease(published, newId('event'));
  await publication.discardRelease(published);
  expect(await readRelease(published)).toBeDefined();

  // A worker that died between the release and the asset.
  const left = aReleaseOf(asset, { version: '1.2.0' });
  stack.faults.dynamodb.add(refuse({ operation: 'UpdateItem', table: tables.assets.name, times: 9 }));
  await expect(publication.addRelease(left, newId('event'))).rejects.toThrow(Error);
  await stack.faults.clear();
  expect(await readRelease(left)).toBeDefined();
  await Promise.all([publication.discardRelease(left), publication.discardRelease(left)]);
  await publication.discardRelease(left);
  expect(await readRelease(left)).toBeUndefined();
});

it('I6: the version of a deleted release is taken for ever, and a repeated publication brings nothing back', async () => {
  const asset = aNewAsset();
  const first = aReleaseOf(asset);
  const second = aReleaseOf(asset, { version: '2.0.0' });
  await publication.createAsset(asset, first, newId('event'));
  await publication.addRelease(second, newId('event'));
  const item = await read(asset.asin);
  if (item?.status !== 'published') throw new Error('not published');
  const { '1.0.0': _deleted, ...releases } = item.releases;
  await document.send(
    new PutCommand({
      TableName: tables.assets.name,
      Item: { ...item, releases, removed_versions: ['1.0.0'] },
    }),
  );
  // As the catalog's purge does.
  await publication.discardRelease(first);
  for (const release of [first, aReleaseOf(asset)]) {
    expect(await publication.addRelease(release, newId('event'))).toEqual({ outcome: 'version_taken' });
    expect(await publication.findRelease(asset.asin, release.release_id)).toBeUndefined();
  }
  expect(await publication.createAsset(asset, first, newId('event'))).toMatchObject({ outcome: 'published' });
  expect(await publication.findRelease(asset.asin, first.release_id)).toBeUndefined();
});

it('I4: a repeated publication of a release that was deleted since says that it was made, and brings nothing back', async () => {
  const asset = await aPublishedAsset();
  const release = aReleaseOf(asset, { version: '2.0.0' });
  await publication.addRelease(release, newId('event'));
  const item = await read(asset.asin);
  if (item?.status !== 'published') throw new Error('not published');
  const { '2.0.0': _deleted, ...releases } = item.releases;
  const removed = { removed_versions: ['2.0.0'], removed_releases: [release.release_id], removed_bytes: 3 };
  await document.send(
    new PutCommand({ TableName: tables.assets.name, Item: { ...item, releases, ...removed } }),
  );
  await publication.discardRelease(release);
  expect(await publication.addRelease(release, newId('event'))).toMatchObject({ outcome: 'published' });
  expect(await publication.findRelease(asset.asin, release.release_id)).toBeUndefined();
  expect(await read(asset.asin)).toMatchObject({ releases, ...removed });
});

it('a yanked release is not the newest, when another one is added either', async () => {
  const asset = await aPublishedAsset();
  await publication.addRelease(aReleaseOf(asset, { version: '3.0.0', size: 9 }), newId('event'));
  const item = await read(asset.asin);
  const newest = item?.status === 'published' ? item.releases['3.0.0'] : undefined;
  if (item?.status !== 'published' || newest === undefined) throw new Error('not published');
  const releases = { ...item.releases, '3.0.0': { ...newest, yanked: { reason: 'Broken.', at: AT } } };
  await document.send(new PutCommand({ TableName: tables.assets.name, Item: { ...item, releases } }));
  await publication.addRelease(aReleaseOf(asset, { version: '2.0.0', size: 5 }), newId('event'));
  expect(await read(asset.asin)).toMatchObject({ version: '2.0.0', asset_size: 5 });
});
