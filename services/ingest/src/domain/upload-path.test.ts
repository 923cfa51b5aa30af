import { DomainError } from '@cairn/shared/errors/domain-error';
import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import { memoryIngest } from '../testing/memory-ingest.ts';
import { aDeclaration, aDeclaredFile } from '../testing/builders.ts';

const BYTES = Buffer.from('abc');
const user = () => newId('user');

async function aDeclaredUpload(h: ReturnType<typeof memoryIngest>, contents: Buffer[] = [BYTES]) {
  const declared = await h.declare(
    user(),
    aDeclaration({ files: contents.map((bytes, i) => aDeclaredFile(bytes, `file-${i}.bin`)) }),
  );
  const [first] = declared.files;
  if (first === undefined) throw new Error('no file was declared');
  return { declared, first };
}

describe('an arrived file', () => {
  it('is published once all files of its upload are accepted, and leaves nothing in incoming', async () => {
    const h = memoryIngest();
    const { declared } = await aDeclaredUpload(h, [BYTES, Buffer.from('defg')]);
    const [a, b] = declared.files;
    if (a === undefined || b === undefined) throw new Error('two files were declared');
    h.put(a, BYTES);
    await h.arrive(a);
    expect(h.published).toEqual([]);
    h.put(b, Buffer.from('defg'));
    await h.arrive(b);
    expect(h.published).toEqual([declared.upload.asin]);
    expect(await h.state(declared)).toBe('published');
    expect(h.buckets.incoming.size).toBe(0);
    expect(h.buckets.copies.size).toBe(2);
  });

  it('I3: is inspected and published once, however often and late its event comes', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, BYTES);
    await Promise.all([h.arrive(first, '0A'), h.arrive(first, '0A'), h.arrive(first, '0A')]);
    await h.arrive(first, '09');
    expect(h.published).toEqual([declared.upload.asin]);
    expect(h.inspector.calls).toBe(1);
    expect(h.buckets.copies.size).toBe(1);
  });

  it('I2: bytes that are put again after publishing change nothing and are removed', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, BYTES);
    await h.arrive(first);
    const served = [...h.buckets.copies.entries()];
    h.put(first, Buffer.from('xyz'));
    await h.arrive(first, 'FF');
    expect([...h.buckets.copies.entries()]).toEqual(served);
    expect(h.buckets.incoming.size).toBe(0);
    expect(await h.state(declared)).toBe('published');
  });

  it.each([
    ['of another size', Buffer.from('abcd'), 'file.size_mismatch'],
    ['with other content', Buffer.from('abd'), 'file.hash_mismatch'],
  ])('%s is rejected with its code, and everything it left goes', async (_, bytes, code) => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, bytes);
    await h.arrive(first);
    const file = await h.uploads.findFile(first.upload_id, first.file_id);
    expect(file?.refusal?.code).toBe(code);
    expect(await h.state(declared)).toBe('rejected');
    expect(h.published).toEqual([]);
    expect(h.buckets.copies.size + h.buckets.incoming.size + h.buckets.pictures.size).toBe(0);
  });

  it('I1: is not published while the inspector fails, and is once it works again', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    const { verdict } = h.inspector;
    h.inspector.verdict = async () => {
      throw new Error('the inspection child died');
    };
    h.put(first, BYTES);
    await expect(h.arrive(first)).rejects.toThrow('child died');
    expect(h.published).toEqual([]);
    expect(h.buckets.copies.size).toBe(0);
    h.inspector.verdict = verdict;
    await h.arrive(first);
    expect(await h.state(declared)).toBe('published');
  });

  it('stays accepted with its copy when the answer to the write was lost, or a step after it fails', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, BYTES);
    const accept = h.uploads.acceptFile.bind(h.uploads);
    h.uploads.acceptFile = async (...args) => {
      await accept(...args);
      throw new Error('the answer was lost');
    };
    await expect(h.arrive(first)).rejects.toThrow('answer was lost');
    expect(h.buckets.copies.size).toBe(1);
    await h.arrive(first);
    expect(await h.state(declared)).toBe('published');
    expect(h.buckets.copies.size).toBe(1);
  });

  it('that nobody declared is removed', async () => {
    const h = memoryIngest();
    const { first } = await aDeclaredUpload(h);
    const stranger = { ...first, upload_id: newId('upload') };
    h.put(stranger, BYTES);
    await h.arrive(stranger);
    expect(h.buckets.incoming.size).toBe(0);
  });

  it('does not count for a worker whose lease somebody else has taken over', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    const { verdict } = h.inspector;
    h.put(first, BYTES);
    h.inspector.verdict = async (file) => {
      // The first worker freezes past its lease; a second one takes the file and finishes.
      h.inspector.verdict = verdict;
      h.advance(61);
      await h.arrive(first);
      return verdict(file);
    };
    // Its copy may be gone already, cleaned up by who finished; then its message comes back.
    await h.arrive(first).catch(() => h.arrive(first));
    expect(await h.state(declared)).toBe('published');
    expect(h.buckets.copies.size).toBe(1);
    const file = await h.uploads.findFile(first.upload_id, first.file_id);
    expect([...h.buckets.copies.keys()]).toEqual([file?.facts?.key]);
  });
});

describe('the sweep', () => {
  it('asks for a second look at a file whose event was lost', async () => {
    const h = memoryIngest();
    const { first } = await aDeclaredUpload(h);
    h.put(first, BYTES);
    expect(await h.sweep()).toBe(0);
    h.advance(11);
    expect(await h.sweep()).toBe(1);
    expect(h.secondLooks).toEqual([`${first.upload_id}/${first.file_id}`]);
  });

  it('publishes an upload whose worker died between the last file and the publication', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    const claim = { token: 't', until: '2026-11-22T12:01:00.000Z', now: '', sequencer: undefined };
    const claimed = await h.uploads.claimFile(first, claim);
    if (claimed === undefined) throw new Error('the file could not be claimed');
    await h.uploads.acceptFile(claimed, 't', { key: 'k', media_type: 'text/plain', image: undefined });
    h.advance(11);
    await h.sweep();
    expect(h.published).toEqual([declared.upload.asin]);
  });

  it('expires what was never sent, gives the quota back and tells which file is missing', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.advance(h.limits.uploadLifetimeSeconds + 1);
    await h.sweep();
    const upload = await h.uploads.find(declared.upload.upload_id);
    expect(upload?.state).toBe('expired');
    expect(upload?.refusal).toEqual({ code: 'file.not_received', detail: first.path });
    const again = { asin: newId('asset'), bytes: h.limits.quota.bytes, assets: 1 };
    expect(await h.quotas.reserve(declared.upload.user_id, newId('upload'), again, h.limits.quota)).toEqual({
      outcome: 'reserved',
    });
  });

  it('removes copies that a dead worker left beside the published ones', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    const { asin, release_id } = declared.upload;
    h.buckets.copies.set(`${asin}/${release_id}/${first.file_id}/dead`, BYTES);
    h.put(first, BYTES);
    await h.arrive(first);
    const file = await h.uploads.findFile(first.upload_id, first.file_id);
    expect([...h.buckets.copies.keys()]).toEqual([file?.facts?.key]);
  });

  it('cleans a finished upload once more later, and then never looks at it again', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, Buffer.from('bad'));
    await h.arrive(first);
    const late = `${declared.upload.asin}/${declared.upload.release_id}/late`;
    h.buckets.copies.set(late, BYTES);
    h.advance(901);
    await h.sweep();
    expect(h.buckets.copies.size).toBe(0);
    expect((await h.uploads.find(declared.upload.upload_id))?.due_at).toBeUndefined();
  });
});

describe('publication against deletion', () => {
  it('I6: a user deleted before the last file arrives gets nothing published', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.deletedUsers.add(declared.upload.user_id);
    h.put(first, BYTES);
    await h.arrive(first);
    expect(h.published).toEqual([]);
    expect(await h.state(declared)).toBe('aborted');
    expect(h.buckets.copies.size).toBe(0);
  });

  it('I6: an upload that is published while its user is being deleted is taken back', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.published.push = (...asins: string[]) => {
      h.deletedUsers.add(declared.upload.user_id);
      return Array.prototype.push.apply(h.published, asins);
    };
    h.put(first, BYTES);
    await h.arrive(first);
    expect([...h.records]).toEqual([]);
    expect(await h.state(declared)).toBe('withdrawn');
  });

  it('ends the open uploads of a deleted user, twice over without harm', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.put(first, BYTES);
    await h.follow.userDeleted(declared.upload.user_id);
    await h.follow.userDeleted(declared.upload.user_id);
    expect(await h.state(declared)).toBe('aborted');
    expect(h.buckets.incoming.size).toBe(0);
  });

  it('rejects an upload whose asset is gone, with the reason', async () => {
    const h = memoryIngest();
    const { declared, first } = await aDeclaredUpload(h);
    h.publicationResult.next = { outcome: 'asset_gone' };
    h.put(first, BYTES);
    await h.arrive(first);
    expect((await h.uploads.find(declared.upload.upload_id))?.refusal?.code).toBe('asset.gone');
  });
});

describe('a declaration', () => {
  const refusedFields = async (declaration: Parameters<ReturnType<typeof memoryIngest>['declare']>[1]) => {
    const error = await memoryIngest()
      .declare(user(), declaration)
      .catch((caught: unknown) => caught);
    return error instanceof DomainError ? error.errors.map(({ field, code }) => ({ field, code })) : error;
  };

  it('names the file that is too large', async () => {
    const file = { ...aDeclaredFile(BYTES), size: 5 * 2 ** 30 + 1 };
    expect(await refusedFields(aDeclaration({ files: [file] }))).toEqual([
      { field: '/files/0/size', code: 'upload.file_too_large' },
    ]);
  });

  it('refuses two paths that differ by case alone', async () => {
    const files = [aDeclaredFile(BYTES, 'a.glb'), aDeclaredFile(BYTES, 'A.glb')];
    expect(await refusedFields(aDeclaration({ files }))).toEqual([
      { field: '/files/1/path', code: 'upload.duplicate_path' },
    ]);
  });

  it('beyond the quota is refused and leaves no upload behind', async () => {
    const h = memoryIngest();
    const declaration = aDeclaration({ files: [{ ...aDeclaredFile(BYTES), size: 2 ** 30 + 1 }] });
    const owner = user();
    await expect(h.declare(owner, declaration)).rejects.toMatchObject({ code: 'quota.exceeded' });
    expect((await h.uploads.ofUser(owner, { limit: 9, after: undefined })).ids).toEqual([]);
  });
});
