import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import { expect, it, vi } from 'vitest';
import { knownUploads } from './known-uploads.ts';
import { uploaderOf } from './uploader-of.ts';

const about = (key: string) =>
  JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'cairn-incoming' }, object: { key } },
      },
    ],
  });

it('reads each upload once', async () => {
  const find = vi.fn<(id: string) => Promise<{ user_id: string }>>(async () => ({ user_id: 'user_1' }));
  const of = uploaderOf(knownUploads(find));
  for (let i = 0; i < 3; i += 1) expect(await of(about(`upload_1/file_${i}`))).toBe('user_1');
  expect(await of(about('upload_2%2Ffile_1'))).toBe('user_1');
  expect(find.mock.calls).toEqual([['upload_1'], ['upload_2']]);
});

it('asks again for an upload that was not there', async () => {
  const find = vi
    .fn<(id: string) => Promise<{ user_id: string } | undefined>>()
    .mockResolvedValueOnce(undefined)
    .mockResolvedValueOnce({ user_id: 'user_1' });
  const of = uploaderOf(knownUploads(find));
  expect(await of(about('upload_1/file_1'))).toBeUndefined();
  expect(await of(about('upload_1/file_1'))).toBe('user_1');
});

it('knows nobody for a test event, and refuses poison', async () => {
  const of = uploaderOf(async () => ({ user_id: 'user_1' }));
  expect(await of('{"Service":"Amazon S3","Event":"s3:TestEvent"}')).toBeUndefined();
  await expect(of('no json')).rejects.toThrow(PoisonMessageError);
});
