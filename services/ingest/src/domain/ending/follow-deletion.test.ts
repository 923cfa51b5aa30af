import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, anAsset } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import { mortalProcesses } from '../../testing/mortal-processes.ts';

const BYTES = Buffer.from('abc');

async function aUserWithUploads() {
  const h = memoryIngest();
  const owner = newId('user');
  const open = await h.declareWithKey(owner, 'a-key', aDeclaration());
  const done = await h.declare(owner, aDeclaration({ files: [aDeclaredFile(BYTES)] }));
  const [file] = done.files;
  if (file === undefined) throw new Error('no file was declared');
  h.put(file, BYTES);
  await h.arrive(file);
  h.advance(901);
  await h.sweep();
  return { h, owner, open, done, file };
}

it('I6: of a deleted user nothing stays: what had ended goes at once, what was open with its last clean-up', async () => {
  const { h, owner, open, done, file } = await aUserWithUploads();
  h.deletedUsers.add(owner);
  await h.follow.userDeleted(owner);
  expect(await h.state(done)).toBeUndefined();
  expect(await h.uploads.findFile(file.upload_id, file.file_id)).toBeUndefined();
  expect(await h.state(open)).toBe('aborted');
  expect((await h.quotas.page(undefined)).ledgers).toEqual([]);
  const attempt = { fingerprint: 'other', uploadId: newId('upload'), now: '', until: '' };
  expect(await h.keys.begin(owner, 'a-key', attempt)).toMatchObject({ outcome: 'begun' });

  h.advance(901);
  await h.sweep();
  expect(await h.state(open)).toBeUndefined();
  expect((await h.uploads.ofUser(owner, { limit: 9, after: undefined })).ids).toEqual([]);
});

it('I6: events and workers that come later find nothing, do nothing and leave nothing', async () => {
  const { h, owner, open, done, file } = await aUserWithUploads();
  const [waiting] = open.files;
  if (waiting === undefined) throw new Error('no file was declared');
  const claim = { token: 'slow', until: '2027-01-01T00:00:00.000Z', now: '', sequencer: undefined };
  const claimed = await h.uploads.claimFile(waiting, claim);
  if (claimed === undefined) throw new Error('the file could not be claimed');
  h.deletedUsers.add(owner);
  await h.follow.userDeleted(owner);
  h.advance(901);
  await h.sweep();

  h.put(file, BYTES);
  h.put(waiting, BYTES);
  await h.arrive(file, 'FF');
  await h.arrive(waiting, 'FF');
  expect(await h.uploads.acceptFile(claimed, 'slow', { key: 'k', media_type: 'x', image: undefined })).toBe(
    false,
  );
  expect(await h.uploads.renewLease(claimed, 'slow', claim.until)).toBe(false);
  const moved = { now: claim.until, dueAt: claim.until };
  expect(await h.uploads.moveTo(waiting.upload_id, 'publishing', moved)).toBe(false);
  await h.quotas.settle(owner, waiting.upload_id);
  await h.quotas.release(owner, waiting.upload_id);
  await h.follow.assetDeleted(owner, done.upload.asin);
  await h.follow.userDeleted(owner);
  for (const { upload_id, file_id } of [file, waiting]) {
    expect(await h.uploads.find(upload_id)).toBeUndefined();
    expect(await h.uploads.findFile(upload_id, file_id)).toBeUndefined();
  }
  expect((await h.quotas.page(undefined)).ledgers).toEqual([]);
  expect(h.buckets.incoming.size).toBe(0);
});

it('I6: a declaration that was under way while its user was deleted is found by its date and goes', async () => {
  const { h, owner } = await aUserWithUploads();
  const create = h.uploads.create.bind(h.uploads);
  h.uploads.create = async (upload) => {
    // The account is deleted, and everything of it removed, before the item of the upload is there.
    h.deletedUsers.add(owner);
    await h.follow.userDeleted(owner);
    await create(upload);
  };
  const late = await h.declare(owner, aDeclaration());
  h.advance(11);
  await h.sweep();
  expect((await h.uploads.find(late.upload.upload_id))?.refusal?.code).toBe('user.deleted');
  h.advance(901);
  await h.sweep();
  expect(await h.state(late)).toBeUndefined();
  expect((await h.quotas.page(undefined)).ledgers).toEqual([]);
});

it("I6: a deleted co-owner's upload gives back what it reserved of the owner's quota, whose ledger stays", async () => {
  const h = memoryIngest();
  const [owner, helper] = [newId('user'), newId('user')];
  const asset = anAsset(owner, { co_owners: [helper] });
  h.catalog.set(asset.asin, asset);
  const release = { target: { kind: 'release', asin: asset.asin }, version: '2.0.0' } as const;
  await h.declare(helper, aDeclaration(release));
  expect(await h.quotas.usage(owner)).toMatchObject({ openUploads: 1 });
  h.deletedUsers.add(helper);
  await h.follow.userDeleted(helper);
  expect(await h.quotas.usage(owner)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
  expect((await h.quotas.page(undefined)).ledgers.map(({ userId }) => userId)).toEqual([owner]);
});

const NOTHING = { bytes: 0, assets: 0, openUploads: 0 };

/** An asset of one release, with a second release and pictures on their way, and deleted while they are. */
async function aDeletedAssetWithOpenUploads() {
  const processes = mortalProcesses();
  const h = memoryIngest(processes.through);
  const owner = newId('user');
  const sent = async (declared: Awaited<ReturnType<typeof h.declare>>) => {
    const [file] = declared.files;
    if (file === undefined) throw new Error('no file was declared');
    h.put(file, BYTES);
    await h.arrive(file);
  };
  const first = await h.declare(owner, aDeclaration({ files: [aDeclaredFile(BYTES)] }));
  await sent(first);
  const { asin } = first.upload;
  const file = aDeclaredFile(BYTES);
  const picture = { ...aDeclaredFile(BYTES, 'front.png'), content_type: 'image/png' };
  const release = await h.declare(
    owner,
    aDeclaration({
      target: { kind: 'release', asin },
      version: '3.1.0',
      files: [file, aDeclaredFile(BYTES, 'second.glb')],
    }),
  );
  const pictures = await h.declare(
    owner,
    aDeclaration({ target: { kind: 'pictures', asin }, version: '', files: [], pictures: [picture] }),
  );
  const published = await h.declare(
    owner,
    aDeclaration({ target: { kind: 'release', asin }, version: '4.0.0', files: [file] }),
  );
  const settle = h.quotas.settle.bind(h.quotas);
  h.quotas.settle = () => Promise.reject(new Error('the store is away'));
  await sent(published).catch(() => undefined);
  h.quotas.settle = settle;
  expect(await h.state(published)).toBe('publishing');
  const { user_id, upload } = { user_id: owner, upload: first.upload };
  const at = upload.created_at;
  const tombstone = { asin, user_id, date_posted: at, date_updated: at, date_deleted: at };
  h.catalog.set(asin, { ...tombstone, status: 'deleted', revision: 9 });
  h.records.delete(asin);
  h.tombstones.add(asin);
  return { h, processes, owner, asin, open: [release, pictures, published] };
}

it('I4: the deletion of an asset ends its open uploads and gives everything back in the same handling', async () => {
  const { h, owner, asin, open } = await aDeletedAssetWithOpenUploads();
  await h.follow.assetDeleted(owner, asin);
  expect(await h.quotas.usage(owner)).toEqual(NOTHING);
  for (const { upload } of open) {
    const ended = await h.uploads.find(upload.upload_id);
    expect(ended).toMatchObject({ state: 'rejected', refusal: { code: 'asset.gone' } });
  }
  await h.follow.assetDeleted(owner, asin);
  h.advance(901);
  await h.sweep();
  expect(await h.quotas.usage(owner)).toEqual(NOTHING);
  expect(h.buckets.copies.size + h.buckets.incoming.size).toBe(1);
});

it('I4: a deletion that dies around any of its calls is finished by the next one, or by the sweep alone', async () => {
  for (let call = 0; call < 45; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const { h, processes, owner, asin, open } = await aDeletedAssetWithOpenUploads();
      await processes.run({ call, when }, () => h.follow.assetDeleted(owner, asin));
      if (call % 2 === 0) await h.follow.assetDeleted(owner, asin);
      h.advance(call % 2 === 0 ? 11 : 100_000);
      await h.sweep();
      expect(await h.quotas.usage(owner)).toEqual(NOTHING);
      for (const each of open) expect(await h.state(each)).toMatch(/^(rejected|expired)$/);
    }
  }
});

it('I4: whoever ends the last upload of a deleted asset gives back what it held, without the message', async () => {
  const { h, owner, open } = await aDeletedAssetWithOpenUploads();
  const [release, pictures] = open;
  for (const each of [release, pictures]) await h.abort(owner, each?.upload.upload_id ?? '');
  expect(await h.quotas.usage(owner)).toMatchObject({ assets: 1, openUploads: 1 });
  h.advance(11);
  await h.sweep();
  expect(await h.quotas.usage(owner)).toEqual(NOTHING);
});

it('I4: a release that is declared while its asset is deleted is refused and holds nothing', async () => {
  const h = memoryIngest();
  const owner = newId('user');
  const asset = anAsset(owner);
  h.catalog.set(asset.asin, asset);
  const reserve = h.quotas.reserve.bind(h.quotas);
  h.quotas.reserve = async (...about) => {
    const { asin, user_id, date_posted, date_updated } = asset;
    const tombstone = { asin, user_id, date_posted, date_updated, date_deleted: date_updated };
    h.catalog.set(asin, { ...tombstone, status: 'deleted', revision: 2 });
    await h.follow.assetDeleted(owner, asin);
    return reserve(...about);
  };
  const release = { target: { kind: 'release', asin: asset.asin }, version: '2.0.0' } as const;
  await expect(h.declare(owner, aDeclaration(release))).rejects.toMatchObject({ code: 'asset.not_found' });
  expect(await h.quotas.usage(owner)).toEqual(NOTHING);
  expect((await h.uploads.ofUser(owner, { limit: 9, after: undefined })).ids).toEqual([]);
});
