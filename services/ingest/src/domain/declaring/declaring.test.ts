import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { describe, expect, it } from 'vitest';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import { mortalProcesses } from '../../testing/mortal-processes.ts';
import { aDeclaration, aDeclaredFile } from '../../testing/builders.ts';

const BYTES = Buffer.from('abc');

describe('a declaration with an Idempotency-Key', () => {
  it('that is repeated is executed once and answered with the same upload and fresh URLs', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const first = await h.declareWithKey(owner, 'k', aDeclaration());
    const second = await h.declareWithKey(owner, 'k', aDeclaration());
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(second.upload.upload_id).toBe(first.upload.upload_id);
    expect([...second.puts.keys()]).toEqual([...first.puts.keys()]);
    expect((await h.list(owner, { limit: 9, after: undefined })).uploads).toHaveLength(1);
  });

  it('with another body is refused', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    await h.declareWithKey(owner, 'k', aDeclaration());
    const other = aDeclaration({ note: 'other' });
    await expect(h.declareWithKey(owner, 'k', other)).rejects.toMatchObject({
      code: 'idempotency.key_reused',
    });
  });

  it('is executed once by concurrent requests; the others are told to come back', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => h.declareWithKey(owner, 'k', aDeclaration())),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await h.list(owner, { limit: 99, after: undefined })).uploads).toHaveLength(1);
  });

  it('whose first holder died is taken over, and what was begun is given up', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    // The holder dies after the upload is written, before the key has its result.
    const finish = h.keys.finish.bind(h.keys);
    h.keys.finish = () => new Promise(() => undefined);
    void h.declareWithKey(owner, 'k', aDeclaration());
    await new Promise((resolve) => setImmediate(resolve));
    h.keys.finish = finish;
    await expect(h.declareWithKey(owner, 'k', aDeclaration())).rejects.toMatchObject({
      code: 'idempotency.in_progress',
    });
    h.advance(31);
    await h.declareWithKey(owner, 'k', aDeclaration());
    const { uploads } = await h.list(owner, { limit: 9, after: undefined });
    expect(uploads.map(({ upload }) => upload.state).toSorted()).toEqual(['aborted', 'open']);
  });

  it('that was taken over from a slow holder leaves nothing of the slow one open', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const create = h.uploads.create.bind(h.uploads);
    let goOn: () => void = () => undefined;
    h.uploads.create = async (...all) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      await create(...all);
    };
    const slow = h.declareWithKey(owner, 'k', aDeclaration());
    await new Promise((resolve) => setImmediate(resolve));
    h.uploads.create = create;
    h.advance(31);
    const fast = await h.declareWithKey(owner, 'k', aDeclaration());
    goOn();
    await expect(slow).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    const { uploads } = await h.list(owner, { limit: 9, after: undefined });
    const open = uploads.filter(({ upload }) => upload.state === 'open');
    expect(open.map(({ upload }) => upload.upload_id)).toEqual([fast.upload.upload_id]);
  });

  it('that was refused may be used again', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const tooLarge = aDeclaration({ files: [{ ...aDeclaredFile(BYTES), size: 2 ** 31 }] });
    await expect(h.declareWithKey(owner, 'k', tooLarge)).rejects.toMatchObject({ code: 'quota.exceeded' });
    expect((await h.declareWithKey(owner, 'k', aDeclaration())).replayed).toBe(false);
  });
});

it('pictures count against the quota of bytes like files', async () => {
  const h = memoryIngest();
  const pictures = Array.from({ length: 20 }, (_, i) => ({
    ...aDeclaredFile(BYTES, `${i}.png`),
    content_type: 'image/png',
    size: 20 * 2 ** 20,
  }));
  const owner = newId('user');
  await h.declare(owner, aDeclaration({ pictures }));
  await h.declare(owner, aDeclaration({ pictures }));
  await expect(h.declare(owner, aDeclaration({ pictures }))).rejects.toMatchObject({
    code: 'quota.exceeded',
  });
});

describe('a release of an existing asset', () => {
  const published = (user_id: string, more: Partial<PublishedAsset> = {}): PublishedAsset => ({
    asin: newId('asset'),
    user_id,
    status: 'published',
    revision: 1,
    date_posted: '2026-11-22T12:00:00.000Z',
    date_updated: '2026-11-22T12:00:00.000Z',
    co_owners: [],
    name: 'Knight',
    description: 'A knight.',
    kind: '3d',
    tags: [],
    license: 'MIT',
    images: [],
    asset_location: '/',
    asset_size: 3,
    downloads: 0,
    compatible_engine_ver: ['4.x'],
    version: '1.0.0',
    releases: {
      '1.0.0': {
        release_id: newId('release'),
        compatible_engine_ver: ['4.x'],
        size: 3,
        date_posted: '2026-11-22T12:00:00.000Z',
      },
    },
    upload_id: newId('upload'),
    ...more,
  });
  const releaseOf = (asin: string, version = '1.1.0') =>
    aDeclaration({ target: { kind: 'release', asin }, version });

  it.each(['owner', 'co-owner'])('by its %s is published under the same asset', async (role) => {
    const h = memoryIngest();
    const [owner, coOwner] = [newId('user'), newId('user')];
    const asset = published(owner, { co_owners: [coOwner] });
    h.catalog.set(asset.asin, asset);
    const declared = await h.declare(role === 'owner' ? owner : coOwner, releaseOf(asset.asin));
    expect(declared.upload).toMatchObject({ asin: asset.asin, asset: undefined, charged_to: owner });
    const [file] = declared.files;
    if (file === undefined) throw new Error('no file was declared');
    h.put(file, BYTES);
    await h.arrive(file);
    expect(h.published).toEqual([declared.upload.release_id]);
    expect(await h.state(declared)).toBe('published');
  });

  it('is refused for an unknown asset, somebody else and a version that exists', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const asset = published(owner);
    h.catalog.set(asset.asin, asset);
    const refused = [
      [owner, newId('asset'), '1.1.0', 'asset.not_found'],
      [newId('user'), asset.asin, '1.1.0', 'asset.not_owner'],
      [owner, asset.asin, '1.0.0', 'release.version_taken'],
    ] as const;
    for (const [user, asin, version, code] of refused) {
      await expect(h.declare(user, releaseOf(asin, version))).rejects.toMatchObject({ code });
    }
  });

  it('is refused for the version of a deleted release, and to a co-owner while the asset is withheld', async () => {
    const h = memoryIngest();
    const [owner, coOwner] = [newId('user'), newId('user')];
    const withheld = { reason: 'Stolen.', at: '2026-11-22T12:00:00.000Z' };
    const asset = published(owner, { co_owners: [coOwner], removed_versions: ['1.1.0'], withheld });
    h.catalog.set(asset.asin, asset);
    await expect(h.declare(owner, releaseOf(asset.asin))).rejects.toMatchObject({
      code: 'release.version_taken',
    });
    await expect(h.declare(coOwner, releaseOf(asset.asin, '2.0.0'))).rejects.toMatchObject({
      code: 'asset.not_found',
    });
  });

  it('that is rejected leaves the copies of other releases alone', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const asset = published(owner);
    h.catalog.set(asset.asin, asset);
    const other = `${asset.asin}/${newId('release')}/file/copy`;
    h.buckets.copies.set(other, BYTES);
    const declared = await h.declare(owner, releaseOf(asset.asin));
    const [file] = declared.files;
    if (file === undefined) throw new Error('no file was declared');
    h.put(file, Buffer.from('xyz'));
    await h.arrive(file);
    expect(await h.state(declared)).toBe('rejected');
    expect([...h.buckets.copies.keys()]).toEqual([other]);
  });
});

it('I14: a declaration that dies around any of its calls is shown to nobody, and gone within a minute', async () => {
  for (let call = 0; call < 6; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const processes = mortalProcesses();
      const h = memoryIngest(processes.through);
      const owner = newId('user');
      const isDone = await processes.run({ call, when }, () => h.declare(owner, aDeclaration()));
      const listed = (await h.list(owner, { limit: 9, after: undefined })).uploads;
      // Whoever is shown an upload can send all of it: what is shown is whole.
      for (const { upload, files } of listed) expect(files).toHaveLength(upload.file_count);
      h.advance(31);
      await h.sweep();
      const { openUploads } = await h.quotas.usage(owner);
      const { ids } = await h.uploads.ofUser(owner, { limit: 9, after: undefined });
      expect([openUploads, ids.length]).toEqual([listed.length, listed.length]);
      // One that came to its end is there; one that died after the last write may be.
      expect(listed.length).toBeGreaterThanOrEqual(isDone ? 1 : 0);
    }
  }
});

it('a declaration that is slower than the sweep ends without an upload, and leaves nothing reserved', async () => {
  const h = memoryIngest();
  const owner = newId('user');
  const reserve = h.quotas.reserve.bind(h.quotas);
  h.quotas.reserve = async (...all) => {
    h.advance(31);
    await h.sweep();
    return reserve(...all);
  };
  await expect(h.declare(owner, aDeclaration())).rejects.toMatchObject({
    code: 'service.unavailable',
    retryable: true,
  });
  expect(await h.quotas.usage(owner)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
  expect((await h.uploads.ofUser(owner, { limit: 9, after: undefined })).ids).toEqual([]);
});
