import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, anAsset } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';

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
