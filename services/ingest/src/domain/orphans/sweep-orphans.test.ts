import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, anUpload } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import { mortalProcesses } from '../../testing/mortal-processes.ts';

const BYTES = Buffer.from('abc');

async function aPublishedUpload(h = memoryIngest()) {
  const declared = await h.declare(newId('user'), aDeclaration({ files: [aDeclaredFile(BYTES)] }));
  const [file] = declared.files;
  if (file === undefined) throw new Error('no file was declared');
  h.put(file, BYTES);
  await h.arrive(file);
  return { h, declared, file, upload: declared.upload };
}

/** As often as it takes to see everything, and to rest, and to see it again. */
async function wholePasses(h: ReturnType<typeof memoryIngest>): Promise<void> {
  for (let page = 0; page < 8; page += 1) await h.sweepOrphans();
  h.advance(3_601);
}

describe('the sweep of orphans', () => {
  it('X08: removes what no record and no open upload names, keeps everything else, and does nothing twice', async () => {
    const { h, upload, declared } = await aPublishedUpload();
    const open = await h.declare(newId('user'), aDeclaration());
    const [inFlight] = open.files;
    if (inFlight === undefined) throw new Error('no file was declared');
    h.put(inFlight, BYTES);
    const copyInFlight = `${open.upload.asin}/${open.upload.release_id}/${inFlight.file_id}/attempt`;
    h.buckets.copies.set(copyInFlight, BYTES);
    h.buckets.uploadOfCopy.set(copyInFlight, open.upload.upload_id);
    const pictureInFlight = `${open.upload.asin}/${inFlight.file_id}/attempt/160.webp`;
    h.buckets.pictures.set(pictureInFlight, BYTES);
    const kept = [...h.buckets.copies.keys()];

    for (let i = 0; i < 10; i += 1) {
      const nobody = newId('asset');
      h.buckets.incoming.set(`${newId('upload')}/${newId('file')}`, BYTES);
      h.buckets.incoming.set(`${declared.upload.upload_id}/${newId('file')}`, BYTES);
      h.buckets.parts.set(`sending-${i}`, { key: `${newId('upload')}/${newId('file')}`, parts: new Map() });
      h.buckets.copies.set(`${upload.asin}/${upload.release_id}/${newId('file')}/dead`, BYTES);
      h.buckets.copies.set(`${upload.asin}/${newId('release')}/${newId('file')}/lost-the-race`, BYTES);
      h.buckets.copies.set(`${nobody}/${newId('release')}/${newId('file')}/gone`, BYTES);
      h.buckets.pictures.set(`${nobody}/${newId('image')}/gone/160.webp`, BYTES);
      h.buckets.pictures.set(`${upload.asin}/${newId('image')}/dead/160.webp`, BYTES);
    }
    for (let round = 0; round < 3; round += 1) {
      for (let passes = 0; passes < 4; passes += 1) await wholePasses(h);
      expect([...h.buckets.copies.keys()]).toEqual(kept);
      expect([...h.buckets.pictures.keys()]).toEqual([pictureInFlight]);
      expect([...h.buckets.incoming.keys()]).toEqual([`${inFlight.upload_id}/${inFlight.file_id}`]);
      expect(h.buckets.parts.size).toBe(0);
    }
    expect(h.missing).toEqual([]);
  });

  it('leaves alone what is younger than the grace period, whoever it belongs to', async () => {
    const { h, upload } = await aPublishedUpload();
    const fresh = [
      `${upload.asin}/${upload.release_id}/${newId('file')}/dead`,
      `${newId('upload')}/${newId('file')}`,
    ];
    for (const key of fresh) h.madeAt.set(key, h.clock.at.toISOString());
    h.buckets.copies.set(fresh[0] ?? '', BYTES);
    h.buckets.incoming.set(fresh[1] ?? '', BYTES);
    await wholePasses(h);
    expect(h.buckets.incoming.size).toBe(1);
    expect(h.buckets.copies.size).toBe(2);
    h.advance(86_400);
    await wholePasses(h);
    expect(h.buckets.incoming.size).toBe(0);
    expect(h.buckets.copies.size).toBe(1);
  });

  it('keeps what is published between its looks at the upload and at the record', async () => {
    const processes = mortalProcesses();
    for (let turn = 0; turn < 60; turn += 1) {
      const h = memoryIngest(processes.through);
      const declared = await h.declare(newId('user'), aDeclaration({ files: [aDeclaredFile(BYTES)] }));
      const [file] = declared.files;
      if (file === undefined) throw new Error('no file was declared');
      h.put(file, BYTES);
      const sweeping = async () => {
        for (let i = 0; i < 6; i += 1) await h.sweepOrphans().then(() => h.advance(3_601));
      };
      const late = async () => {
        for (let i = 0; i < turn; i += 1) await Promise.resolve();
        await h.arrive(file);
      };
      await Promise.all([sweeping(), sweeping(), late()]);
      expect(await h.state(declared)).toBe('published');
      expect(h.buckets.copies.size).toBe(1);
    }
  });

  it('X08: reports a record whose objects are gone, and repairs nothing', async () => {
    const { h, upload } = await aPublishedUpload();
    h.buckets.copies.clear();
    await wholePasses(h);
    expect(h.missing).toEqual([{ asin: upload.asin, releaseId: upload.release_id, missing: 1 }]);
    expect(h.records.has(upload.asin)).toBe(true);
    expect(h.releases.size).toBe(1);
  });

  it('does not report an asset that is being deleted', async () => {
    const { h, upload } = await aPublishedUpload();
    h.buckets.copies.clear();
    h.catalog.delete(upload.asin);
    await wholePasses(h);
    expect(h.missing).toEqual([]);
  });

  it('goes on where a sweeper died, and no page that fails keeps the other passes from their turn', async () => {
    const { h } = await aPublishedUpload();
    for (let i = 0; i < 9; i += 1) h.buckets.incoming.set(`${newId('upload')}/${newId('file')}`, BYTES);
    const page = h.quotas.page.bind(h.quotas);
    h.quotas.page = async () => {
      throw new Error('throttled');
    };
    await expect(h.sweepOrphans()).rejects.toThrow('sweep of orphans failed');
    expect(h.buckets.incoming.size).toBe(6);
    h.quotas.page = page;
    await h.sweepOrphans();
    expect(h.buckets.incoming.size).toBe(3);
    await h.sweepOrphans();
    expect(h.buckets.incoming.size).toBe(0);
  });
});

describe('stale reservations', () => {
  it('return when their upload is over or was never written, once, and open ones stay', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const open = await h.declare(owner, aDeclaration());
    const over = anUpload({ user_id: owner, charged_to: owner, state: 'expired', due_at: undefined });
    await h.uploads.create(over);
    for (const uploadId of [over.upload_id, newId('upload')]) {
      const wanted = { asin: newId('asset'), bytes: 100, assets: 1 };
      await h.quotas.reserve(owner, uploadId, wanted, h.limits.quota);
    }
    await Promise.all([h.sweepOrphans(), h.quotas.release(owner, over.upload_id), h.sweepOrphans()]);
    await wholePasses(h);
    expect(await h.quotas.usage(owner)).toEqual({
      bytes: open.upload.total_bytes,
      assets: 1,
      openUploads: 1,
    });
  });

  it('what a deleted asset holds returns also when nobody heard of its deletion', async () => {
    const { h, upload } = await aPublishedUpload();
    expect(await h.quotas.usage(upload.user_id)).toMatchObject({ assets: 1 });
    await wholePasses(h);
    expect(await h.quotas.usage(upload.user_id)).toMatchObject({ assets: 1 });
    const tombstone = { ...upload, status: 'deleted' as const, revision: 2 };
    const at = h.clock.at.toISOString();
    h.catalog.set(upload.asin, { ...tombstone, date_posted: at, date_updated: at, date_deleted: at });
    await wholePasses(h);
    expect(await h.quotas.usage(upload.user_id)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
  });

  it('I6: the ledger of a deleted user whose event was lost leads to everything that is left', async () => {
    const { h, declared } = await aPublishedUpload();
    h.advance(901);
    await h.sweep();
    h.deletedUsers.add(declared.upload.user_id);
    await wholePasses(h);
    expect(await h.state(declared)).toBeUndefined();
    expect((await h.quotas.page(undefined)).ledgers).toEqual([]);
  });
});
