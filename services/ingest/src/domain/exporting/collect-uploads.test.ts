import { jsonDocument } from '@cairn/shared/exports/json-document';
import { expect, test } from 'vitest';
import { aFile, anUpload } from '../../testing/builders.ts';
import { collectUploads } from './collect-uploads.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');

test('every upload of all pages is told with its files, without how the work on them goes', async () => {
  const user_id = 'user_1';
  const uploads = [1, 2, 3].map((n) => anUpload({ user_id, upload_id: `upload_${n}` }));
  const others = anUpload({ user_id: 'user_2', upload_id: 'upload_4' });
  const all = new Map([...uploads, others].map((upload) => [upload.upload_id, upload]));
  const collect = collectUploads({
    uploads: {
      async ofUser(_userId, { after }) {
        if (after === undefined) return { ids: ['upload_1', 'upload_2'], next: 'more' };
        return { ids: ['upload_3', 'upload_4', 'upload_gone'], next: undefined };
      },
      async findWhole(id) {
        const upload = all.get(id);
        if (upload === undefined) return undefined;
        const lease = { token: 'lease-token', until: '2026-11-22T12:00:00.000Z' };
        return { upload, files: [aFile(upload, { lease, path: 'knight.glb' })] };
      },
    },
    keys: {
      ofUser: async (userId) => [{ uploadId: `upload of ${userId}`, state: 'done', keptUntil: NOW }],
    },
    now: () => NOW,
    quotas: { usage: async () => ({ bytes: 7, assets: 2, openUploads: 1 }) },
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of jsonDocument(await collect(user_id))) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  expect(JSON.parse(text)).toMatchObject({
    quota: { bytes: 7, assets: 2, open_uploads: 1 },
    idempotency_keys: [
      { upload_id: 'upload of user_1', state: 'done', kept_until: '2026-11-22T12:00:00.000Z' },
    ],
    uploads: uploads.map(({ upload_id }) => ({ upload_id, files: [{ path: 'knight.glb' }] })),
  });
  expect(text).not.toMatch(/upload_4|lease-token|"lease"|store_id|sequencer|due_at/);
});
