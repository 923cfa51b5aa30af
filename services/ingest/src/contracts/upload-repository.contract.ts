import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import type { UploadRepository } from '../domain/ports.ts';
import { aFile, anUpload } from '../testing/builders.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const LATER = '2026-11-22T12:01:00.000Z';
const FACTS = { key: 'k', media_type: 'text/plain', image: undefined };

/** What every upload repository must do; run on the memory twin and on DynamoDB. */
export function uploadRepositoryContract(name: string, make: () => UploadRepository): void {
  const stored = async () => {
    const repository = make();
    const upload = anUpload();
    const file = aFile(upload);
    await repository.create(upload, [file]);
    return { repository, upload, file };
  };
  const claim = (token: string, now = NOW, until = LATER) => ({ token, now, until, sequencer: '0A' });

  describe(`upload repository: ${name}`, () => {
    it('gives back what was written, files in the declared order', async () => {
      const repository = make();
      const upload = anUpload({ file_count: 60 });
      const files = Array.from({ length: 60 }, (_, position) =>
        aFile(upload, { file_id: newId('file'), position }),
      );
      await repository.create(upload, files.toReversed());
      expect(await repository.find(upload.upload_id)).toEqual(upload);
      expect(await repository.findWhole(upload.upload_id)).toEqual({ upload, files });
      expect(await repository.findFile(upload.upload_id, files[7]?.file_id ?? '')).toEqual(files[7]);
    });

    it('knows nothing of what is not there', async () => {
      const repository = make();
      expect(await repository.find(newId('upload'))).toBeUndefined();
      expect(await repository.findWhole(newId('upload'))).toBeUndefined();
      expect(await repository.findFile(newId('upload'), newId('file'))).toBeUndefined();
    });

    it('lets one of two claims win, and the other one when the lease has run out', async () => {
      const { repository, file } = await stored();
      const claims = await Promise.all(['a', 'b', 'c'].map((t) => repository.claimFile(file, claim(t))));
      expect(claims.filter((won) => won !== undefined)).toHaveLength(1);
      expect(
        await repository.claimFile(file, claim('late', LATER, '2026-11-22T12:02:00.000Z')),
      ).toMatchObject({
        state: 'inspecting',
        lease: { token: 'late' },
        sequencer: '0A',
      });
    });

    it('takes a result from the holder of the lease only, and only once', async () => {
      const { repository, file } = await stored();
      await repository.claimFile(file, claim('frozen'));
      await repository.claimFile(file, claim('next', LATER));
      expect(await repository.acceptFile(file, 'frozen', FACTS)).toBe(false);
      expect(await repository.rejectFile(file, 'next', { code: 'file.hash_mismatch', detail: 'x' })).toBe(
        true,
      );
      expect(await repository.acceptFile(file, 'frozen', FACTS)).toBe(false);
      expect(await repository.findFile(file.upload_id, file.file_id)).toMatchObject({
        state: 'rejected',
        refusal: { code: 'file.hash_mismatch', detail: 'x' },
        lease: undefined,
      });
      expect(await repository.claimFile(file, claim('again', LATER))).toBeUndefined();
    });

    it('counts the faults of a file, for the holder of the lease', async () => {
      const { repository, file } = await stored();
      await repository.claimFile(file, claim('a'));
      await repository.recordFaults(file, 'b', 7);
      await repository.recordFaults(file, 'a', 1);
      expect((await repository.findFile(file.upload_id, file.file_id))?.faults).toBe(1);
    });

    it('keeps every fact about a file', async () => {
      const { repository, file } = await stored();
      const archive = {
        format: 'zip' as const,
        manifest_key: 'k.manifest',
        manifest_size: 9,
        manifest_sha256: 'a'.repeat(64),
        entries: 1,
        unpacked_bytes: 0,
      };
      const native_code = {
        count: 1,
        platforms: ['linux-x64'],
        files: [{ path: 'a.so', platforms: ['linux-x64'] }],
      };
      const counts = { meshes: 1, triangles: 2, materials: 3, textures: 4, animations: 5 };
      const model = { format: 'obj' as const, ...counts, references: ['a.mtl'] };
      const facts = { ...FACTS, archive, native_code, model, words: ['a', 'so'] };
      await repository.claimFile(file, claim('a'));
      await repository.acceptFile(file, 'a', facts);
      expect((await repository.findFile(file.upload_id, file.file_id))?.facts).toEqual(facts);
    });

    it('renews a lease for its holder and gives it back', async () => {
      const { repository, file } = await stored();
      await repository.claimFile(file, claim('a'));
      expect(await repository.renewLease(file, 'a', '2026-11-22T13:00:00.000Z')).toBe(true);
      expect(await repository.renewLease(file, 'b', '2026-11-22T13:00:00.000Z')).toBe(false);
      expect(await repository.claimFile(file, claim('b', LATER))).toBeUndefined();
      await repository.releaseLease(file, 'a');
      expect(await repository.claimFile(file, claim('b', LATER))).toBeDefined();
    });

    it('records how far an inspection is for the holder of the lease, and never less than before', async () => {
      const { repository, file } = await stored();
      const progress = async () => (await repository.findFile(file.upload_id, file.file_id))?.inspected_bytes;
      await repository.recordProgress(file, 'a', 1);
      expect(await progress()).toBeUndefined();
      await repository.claimFile(file, claim('a'));
      await repository.recordProgress(file, 'a', 2);
      await repository.recordProgress(file, 'a', 1);
      await repository.recordProgress(file, 'b', 3);
      expect(await progress()).toBe(2);
      await repository.releaseLease(file, 'a');
      await repository.claimFile(file, claim('b', LATER));
      await repository.recordProgress(file, 'b', 1);
      expect(await progress()).toBe(2);
    });

    it('ends an upload once: no state follows a final one', async () => {
      const { repository, upload } = await stored();
      const now = LATER;
      const failed = { now, dueAt: now, refusal: { code: 'inspection.failed' as const } };
      expect(await repository.moveTo(upload.upload_id, 'failed', failed)).toBe(true);
      expect(await repository.find(upload.upload_id)).toMatchObject({
        state: 'failed',
        refusal: { code: 'inspection.failed' },
        ended_at: undefined,
      });
      expect(await repository.moveTo(upload.upload_id, 'published', { now, dueAt: now })).toBe(false);
      expect(await repository.moveTo(upload.upload_id, 'publishing', { now, dueAt: now })).toBe(true);
      expect(await repository.moveTo(upload.upload_id, 'aborted', { now, dueAt: now })).toBe(false);
      expect(await repository.moveTo(upload.upload_id, 'published', { now, dueAt: now })).toBe(true);
      expect(await repository.moveTo(upload.upload_id, 'expired', { now, dueAt: undefined })).toBe(false);
      expect(await repository.moveTo(newId('upload'), 'expired', { now, dueAt: undefined })).toBe(false);
      expect(await repository.find(upload.upload_id)).toMatchObject({
        state: 'published',
        refusal: undefined,
        ended_at: now,
      });
    });

    it('finds what is due, and of two sweepers lets one move the date', async () => {
      const { repository, upload } = await stored();
      expect(await repository.due('2026-11-22T12:00:09.000Z', 50)).not.toContain(upload.upload_id);
      expect(await repository.due('2026-11-22T12:00:10.000Z', 500)).toContain(upload.upload_id);
      const from = upload.due_at ?? '';
      const moved = await Promise.all(
        [1, 2, 3].map(() => repository.reschedule(upload.upload_id, from, LATER)),
      );
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await repository.reschedule(upload.upload_id, LATER, undefined)).toBe(true);
      expect(await repository.due('2027-01-01T00:00:00.000Z', 500)).not.toContain(upload.upload_id);
    });

    it("lists a user's uploads in pages, newest first, and forgets a removed one", async () => {
      const repository = make();
      const user_id = newId('user');
      const older = anUpload({ user_id, created_at: NOW });
      const newer = anUpload({ user_id, created_at: LATER });
      await repository.create(older);
      await repository.create(newer);
      const all = () => repository.ofUser(user_id, { limit: 10, after: undefined });
      expect(await all()).toEqual({ ids: [newer.upload_id, older.upload_id], next: undefined });
      const first = await repository.ofUser(user_id, { limit: 1, after: undefined });
      expect(first.ids).toEqual([newer.upload_id]);
      const second = await repository.ofUser(user_id, { limit: 1, after: first.next });
      expect(second.ids).toEqual([older.upload_id]);
      await repository.remove(newer.upload_id);
      expect((await all()).ids).toEqual([older.upload_id]);
    });

    it('I6: removes an upload with its files, and no write that comes later makes them again', async () => {
      const repository = make();
      const upload = anUpload();
      const multipart = { part_size: 5, part_count: 2, store_id: undefined };
      const file = aFile(upload, { multipart });
      await repository.create(upload, [file]);
      const claimed = (await repository.claimFile(file, claim('a'))) ?? file;
      await repository.remove(upload.upload_id);
      await repository.remove(upload.upload_id);

      expect(await repository.claimFile(file, claim('b', LATER))).toBeUndefined();
      expect(await repository.renewLease(claimed, 'a', LATER)).toBe(false);
      await repository.recordProgress(claimed, 'a', 5);
      await repository.releaseLease(claimed, 'a');
      expect(await repository.acceptFile(claimed, 'a', FACTS)).toBe(false);
      expect(await repository.rejectFile(claimed, 'a', { code: 'file.hash_mismatch' })).toBe(false);
      expect(await repository.keepStoreId(file, 'x')).toBeUndefined();
      for (const to of ['failed', 'publishing', 'aborted', 'expired'] as const) {
        expect(await repository.moveTo(upload.upload_id, to, { now: NOW, dueAt: NOW })).toBe(false);
      }
      expect(await repository.reschedule(upload.upload_id, upload.due_at ?? '', LATER)).toBe(false);
      expect(await repository.find(upload.upload_id)).toBeUndefined();
      expect(await repository.findFile(upload.upload_id, file.file_id)).toBeUndefined();
    });

    it('keeps one id of the store for a file that two began to send in parts', async () => {
      const repository = make();
      const upload = anUpload();
      const multipart = { part_size: 5, part_count: 2, store_id: undefined };
      const file = aFile(upload, { multipart });
      await repository.create(upload, [file]);
      const kept = await Promise.all(['a', 'b', 'c'].map((id) => repository.keepStoreId(file, id)));
      expect(new Set(kept).size).toBe(1);
      expect((await repository.findFile(file.upload_id, file.file_id))?.multipart?.store_id).toBe(kept[0]);
      expect(await repository.keepStoreId(aFile(upload, { file_id: newId('file') }), 'x')).toBeUndefined();
    });
  });
}
