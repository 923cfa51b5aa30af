import { newId } from '@cairn/shared/ids';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';

const BYTES = Buffer.from('abc');

it('an upload that cannot be looked at keeps no other one from its turn', async () => {
  const h = memoryIngest();
  const declare = () => h.declare(newId('user'), aDeclaration({ files: [aDeclaredFile(BYTES)] }));
  const poison = await declare();
  const [first] = (await declare()).files;
  if (first === undefined) throw new Error('no file was declared');
  const find = h.uploads.findWhole.bind(h.uploads);
  h.uploads.findWhole = async (id) => {
    if (id === poison.upload.upload_id) throw new Error('not an upload');
    return find(id);
  };
  h.put(first, BYTES);
  h.advance(11);
  await expect(h.sweep()).rejects.toThrow('could not be swept');
  expect(h.secondLooks).toEqual([`${first.upload_id}/${first.file_id}`]);
});
