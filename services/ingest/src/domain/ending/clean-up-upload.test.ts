import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';

const BYTES = Buffer.from('abc');

it('keeps no original of a picture: what it says of its author goes with it', async () => {
  const h = memoryIngest();
  const picture = { ...aDeclaredFile(BYTES, 'front.png'), content_type: 'image/png' };
  const files = [aDeclaredFile(Buffer.from('defg'))];
  const declared = await h.declare(newId('user'), aDeclaration({ files, pictures: [picture] }));
  const [model, front] = declared.files;
  if (model === undefined || front === undefined) throw new Error('a file and a picture were declared');
  h.put(front, BYTES);
  await h.arrive(front);
  const original = (await h.uploads.findFile(front.upload_id, front.file_id))?.facts?.key;
  expect([...h.buckets.copies.keys()]).toEqual([original]);
  h.put(model, Buffer.from('defg'));
  await h.arrive(model);
  expect(await h.state(declared)).toBe('published');
  const served = (await h.uploads.findFile(model.upload_id, model.file_id))?.facts?.key;
  expect([...h.buckets.copies.keys()]).toEqual([served]);
  expect(await h.uploads.findFile(front.upload_id, front.file_id)).toMatchObject({ state: 'accepted' });
});

it('keeps no release that its upload wrote and did not publish', async () => {
  const h = memoryIngest();
  const declared = await h.declare(newId('user'), aDeclaration({ files: [aDeclaredFile(BYTES)] }));
  const [file] = declared.files;
  if (file === undefined) throw new Error('no file was declared');
  const { upload } = declared;
  // As a worker leaves it that dies between the release and the asset.
  h.releases.set(`${upload.asin}/${upload.release_id}`, {
    ...upload,
    compatible_engine_ver: [],
    size: 3,
    files: [],
    date_posted: upload.created_at,
  });
  h.publicationResult.next = { outcome: 'version_taken' };
  h.put(file, BYTES);
  await h.arrive(file);
  expect(await h.state(declared)).toBe('rejected');
  expect(h.releases.size).toBe(0);
});
