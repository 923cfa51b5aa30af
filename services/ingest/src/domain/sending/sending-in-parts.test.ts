import { newId } from '@cairn/shared/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryIngest, type Through } from '../../testing/memory-ingest.ts';
import { mortalProcesses } from '../../testing/mortal-processes.ts';
import { aDeclaration, aDeclaredFile } from '../../testing/builders.ts';
import { partRange, planParts } from '../declaring/part-plan.ts';

const MIB = 2 ** 20;
const PAGE = { from: 1, limit: 100 };

describe('a plan of parts', () => {
  it.each([
    [33 * MIB, 16 * MIB, 3],
    [5 * 1024 * MIB, 16 * MIB, 320],
    [200_000 * MIB, 20 * MIB, 10_000],
    [200_000 * MIB + 1, 21 * MIB, 9_524],
  ])('of %i bytes has parts of %i bytes, %i of them', (size, part_size, part_count) => {
    expect(planParts(size)).toMatchObject({ part_size, part_count });
  });

  it('keeps the limits of S3 for every size that is allowed, and covers every byte once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 * 1024 * MIB }), (size) => {
        const plan = planParts(size);
        expect(plan.part_count).toBeLessThanOrEqual(10_000);
        expect(plan.part_size).toBeGreaterThanOrEqual(5 * MIB);
        expect(plan.part_size).toBeLessThanOrEqual(5 * 1024 * MIB);
        const last = partRange(size, plan, plan.part_count);
        expect(last.size).toBeGreaterThan(0);
        expect(last.offset + last.size).toBe(size);
        expect(last.offset).toBe((plan.part_count - 1) * plan.part_size);
      }),
    );
  });

  it('of 10,000 parts names each of them once, in pages', () => {
    const size = 10_000 * 16 * MIB;
    const plan = planParts(size);
    const sizes = Array.from({ length: plan.part_count }, (_, i) => partRange(size, plan, i + 1).size);
    expect(sizes).toHaveLength(10_000);
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(size);
  });

  it('covers every byte once', () => {
    const size = 33 * MIB + 7;
    const plan = planParts(size);
    const ranges = Array.from({ length: plan.part_count }, (_, i) => partRange(size, plan, i + 1));
    expect(ranges.reduce((end, { offset, size: length }) => (offset === end ? end + length : NaN), 0)).toBe(
      size,
    );
  });
});

describe('a file that is sent in parts', { timeout: 60_000 }, () => {
  const content = Buffer.alloc(33 * MIB, 'cairn');

  async function aLargeUpload(through?: Through) {
    const h = memoryIngest(through);
    const owner = newId('user');
    const declared = await h.declare(owner, aDeclaration({ files: [aDeclaredFile(content)] }));
    const [file] = declared.files;
    if (file === undefined) throw new Error('no file was declared');
    const urls = () => h.fileUrls(owner, file.upload_id, file.file_id, PAGE);
    const storeId = async () => {
      await urls();
      return (await h.uploads.findFile(file.upload_id, file.file_id))?.multipart?.store_id ?? '';
    };
    const send = async (partNumber: number, bytes?: Buffer) => {
      if (file.multipart === undefined) throw new Error('the file is not sent in parts');
      const { offset, size } = partRange(file.size, file.multipart, partNumber);
      const sending = h.buckets.parts.get(await storeId());
      sending?.parts.set(partNumber, bytes ?? content.subarray(offset, offset + size));
    };
    const complete = () => h.complete(owner, file.upload_id, file.file_id);
    return { h, owner, declared, file, urls, send, complete };
  }

  it('is resumed: only what has not arrived gets a URL', async () => {
    const { declared, urls, send } = await aLargeUpload();
    expect(declared.puts.size).toBe(0);
    await send(2);
    const { parts, received, nextFrom } = await urls();
    expect(received).toBe(false);
    expect(nextFrom).toBeUndefined();
    expect(parts.map((part) => [part.partNumber, part.received, part.put !== undefined])).toEqual([
      [1, false, true],
      [2, true, false],
      [3, false, true],
    ]);
  });

  it('gives the URLs of its parts in pages', async () => {
    const { h, owner, file } = await aLargeUpload();
    const page = await h.fileUrls(owner, file.upload_id, file.file_id, { from: 1, limit: 2 });
    expect(page.parts.map(({ partNumber }) => partNumber)).toEqual([1, 2]);
    expect(page.nextFrom).toBe(3);
  });

  it('is begun once by two clients at the same time', async () => {
    const { h, urls } = await aLargeUpload();
    await Promise.all([urls(), urls(), urls()]);
    expect(h.buckets.parts.size).toBe(1);
  });

  it('is not completed while parts are missing or of a wrong size, and each is named', async () => {
    const { complete, send } = await aLargeUpload();
    await expect(complete()).rejects.toMatchObject({ code: 'upload.parts_missing' });
    await send(1);
    await send(3, Buffer.from('short'));
    await expect(complete()).rejects.toMatchObject({
      code: 'upload.parts_missing',
      errors: [
        { field: '/parts/2', code: 'part.missing' },
        { field: '/parts/3', code: 'part.wrong_size' },
      ],
    });
  });

  it('is published from its parts, sent in any order and again', async () => {
    const { h, declared, file, complete, send } = await aLargeUpload();
    await send(3);
    await send(1, Buffer.from('first try'));
    await send(2);
    await send(1);
    await complete();
    await h.arrive(file);
    expect(await h.state(declared)).toBe('published');
    expect(h.buckets.parts.size).toBe(0);
  });

  it('is completed by two calls at once and once more later, with the same result', async () => {
    const { h, declared, file, complete, send } = await aLargeUpload();
    for (const part of [1, 2, 3]) await send(part);
    await Promise.all([complete(), complete()]);
    await complete();
    await h.arrive(file);
    await complete();
    expect(await h.state(declared)).toBe('published');
  });

  it('names a part beyond the end, which no URL of ours is for', async () => {
    const { complete, send } = await aLargeUpload();
    for (const part of [1, 2, 3]) await send(part);
    await send(4, Buffer.from('x'));
    await expect(complete()).rejects.toMatchObject({
      errors: [{ field: '/parts/4', code: 'part.beyond_the_end' }],
    });
  });

  it('with the bytes of another file in a part is put together, and refused by its hash', async () => {
    const { h, declared, file, complete, send } = await aLargeUpload();
    for (const part of [1, 3]) await send(part);
    await send(2, Buffer.alloc(16 * MIB, 'another'));
    await complete();
    await h.arrive(file);
    expect(await h.state(declared)).toBe('rejected');
    const refused = await h.uploads.findFile(file.upload_id, file.file_id);
    expect(refused?.refusal?.code).toBe('file.hash_mismatch');
    expect(h.buckets.copies.size + h.buckets.incoming.size + h.buckets.parts.size).toBe(0);
  });

  it(
    'is aborted while it is completed: it ends in one way, and nothing is left',
    { timeout: 60_000 },
    async () => {
      for (let turn = 0; turn < 24; turn += 6) {
        const { h, owner, declared, file, complete, send } = await aLargeUpload(mortalProcesses().through);
        for (const part of [1, 2, 3]) await send(part);
        const aborted = async () => {
          for (let i = 0; i < turn; i += 1) await Promise.resolve();
          await h.abort(owner, file.upload_id);
        };
        const results = await Promise.allSettled([complete(), aborted()]);
        const failed = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
        for (const reason of failed) expect(reason).toHaveProperty('code');
        await h.arrive(file);
        h.advance(901);
        await h.sweep();
        expect(await h.state(declared)).toBe('aborted');
        expect(h.buckets.copies.size + h.buckets.incoming.size + h.buckets.parts.size).toBe(0);
        await expect(complete()).rejects.toMatchObject({ code: 'upload.not_open' });
      }
    },
  );

  it("is nobody else's business", async () => {
    const { h, file } = await aLargeUpload();
    const stranger = newId('user');
    const asStranger = [
      h.fileUrls(stranger, file.upload_id, file.file_id, PAGE),
      h.complete(stranger, file.upload_id, file.file_id),
      h.abort(stranger, file.upload_id),
    ];
    for (const attempt of asStranger)
      await expect(attempt).rejects.toMatchObject({ code: 'upload.not_found' });
  });

  it('leaves no parts behind when its upload is aborted, and cannot go on then', async () => {
    const { h, owner, file, urls, complete, send } = await aLargeUpload();
    await send(1);
    await h.abort(owner, file.upload_id);
    await h.abort(owner, file.upload_id);
    expect(h.buckets.parts.size).toBe(0);
    await expect(urls()).rejects.toMatchObject({ code: 'upload.not_open' });
    await expect(complete()).rejects.toMatchObject({ code: 'upload.not_open' });
  });

  it('leaves no parts behind when its upload expires', async () => {
    const { h, send } = await aLargeUpload();
    await send(1);
    h.advance(h.limits.uploadLifetimeSeconds + 1);
    await h.sweep();
    expect(h.buckets.parts.size).toBe(0);
  });
});
