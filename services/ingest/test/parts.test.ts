import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { buckets } from '@cairn/infra/resources';
import { loseAnswer } from '@cairn/infra/local/faults/rules';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

const MIB = 2 ** 20;
let ingest: IngestUnderTest;
let content: Buffer<ArrayBuffer>;
beforeAll(async () => {
  ingest = await startIngest({ MULTIPART_THRESHOLD_BYTES: String(MIB) });
  content = Buffer.alloc(17 * MIB, 'cairn');
});
afterAll(() => ingest.close());

interface Urls {
  received: boolean;
  parts: {
    part_number: number;
    offset: number;
    size: number;
    received: boolean;
    put?: Parameters<typeof send>[0];
  }[];
}

async function aLargeUpload() {
  const user = await ingest.aUser();
  const receipt = await ingest.declare(user, aBody([{ path: 'large.bin', bytes: content }]));
  const [file] = receipt.files;
  const path = `/v1/uploads/${receipt.upload_id}/files/${file?.file_id}`;
  const urls = async () =>
    (await (await ingest.app.request(`${path}/urls`, { headers: user.headers })).json()) as Urls;
  const sendMissing = async () => {
    const missing = (await urls()).parts.filter(({ received }) => !received);
    for (const { put, offset, size } of missing) {
      const answer = await send(put, content.subarray(offset, offset + size));
      expect(answer.status).toBe(200);
    }
  };
  const complete = async () =>
    ingest.app.request(`${path}/complete`, { method: 'POST', headers: user.headers });
  const abort = async () =>
    ingest.app.request(`/v1/uploads/${receipt.upload_id}`, { method: 'DELETE', headers: user.headers });
  return { user, receipt, file, urls, sendMissing, complete, abort };
}

async function openSendings(uploadId: string): Promise<number> {
  const { Uploads = [] } = await ingest.s3.send(
    new ListMultipartUploadsCommand({ Bucket: buckets.incoming.name, Prefix: `${uploadId}/` }),
  );
  return Uploads.length;
}

it('a large file is sent in parts, resumed, completed by two calls at once, and published', async () => {
  const { user, receipt, file, urls, sendMissing, complete } = await aLargeUpload();
  expect(file).toMatchObject({ multipart: { part_size: 16 * MIB, part_count: 2 } });
  expect(file?.put).toBeUndefined();
  const [, second] = (await urls()).parts;
  expect((await send(second?.put, content.subarray(16 * MIB))).status).toBe(200);
  expect((await complete()).status).toBe(409);
  expect((await urls()).parts.map(({ received }) => received)).toEqual([false, true]);
  await sendMissing();
  const answers = await Promise.all([complete(), complete()]);
  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
  expect((await complete()).status).toBe(204);
  expect(await urls()).toMatchObject({ received: true, parts: [] });
});

it('a completion whose answer was lost is answered the same when it is repeated', async () => {
  const { user, receipt, sendMissing, complete } = await aLargeUpload();
  await sendMissing();
  ingest.faults.s3.add(loseAnswer({ operation: 'CompleteMultipartUpload', times: 3 }));
  await complete();
  await ingest.faults.clear();
  expect((await complete()).status).toBe(204);
  expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
});

it('a part of another length is refused by the store', async () => {
  const { urls } = await aLargeUpload();
  const [first] = (await urls()).parts;
  expect((await send(first?.put, content.subarray(0, MIB))).status).toBe(403);
});

it('an aborted upload leaves no parts, twice over', async () => {
  const { receipt, urls, abort } = await aLargeUpload();
  const [, second] = (await urls()).parts;
  await send(second?.put, content.subarray(16 * MIB));
  expect(await openSendings(receipt.upload_id)).toBe(1);
  expect([(await abort()).status, (await abort()).status]).toEqual([204, 204]);
  expect(await openSendings(receipt.upload_id)).toBe(0);
});
