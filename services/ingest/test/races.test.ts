import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { assetRecord } from '@cairn/shared/records/asset-record';
import { buckets, tables } from '@cairn/infra/resources';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Receipt } from '../src/http/upload-schemas.ts';
import { sha256 } from '../src/testing/builders.ts';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

const MIB = 2 ** 20;
let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({
    MULTIPART_THRESHOLD_BYTES: String(MIB),
    FIRST_LOOK_SECONDS: '1',
    SWEEP_INTERVAL_MS: '100',
  });
});
afterAll(() => ingest.close());

type User = Awaited<ReturnType<IngestUnderTest['aUser']>>;
type Put = NonNullable<Receipt['files'][number]['put']>;

async function servedBytes(asin: string): Promise<Buffer[]> {
  const listing = { Bucket: buckets.assets.name, Prefix: `${asin}/` };
  const { Contents = [] } = await ingest.s3.send(new ListObjectsV2Command(listing));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await ingest.s3.send(new GetObjectCommand({ Bucket: buckets.assets.name, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    }),
  );
}

async function isPublic(asin: string): Promise<boolean> {
  const key = { TableName: tables.assets.name, Key: { asin }, ConsistentRead: true };
  const { Item } = await ingest.document.send(new GetCommand(key));
  return Item !== undefined && assetRecord.parse(Item).status === 'published';
}

// A thousand of them on the memory twins: put-against-inspection.test.ts.
const TURNS = 2;

describe('I2: a PUT between copy and inspection', () => {
  it('changes nothing that is published, at any of many moments', { timeout: 120_000 }, async () => {
    const user = await ingest.aUser();
    const ends = await Promise.all(
      Array.from({ length: 6 }, async (_unused, lane) => {
        const own: string[] = [];
        for (let turn = 0; turn < TURNS; turn += 1) own.push(await raceOnce(user, lane * 6 + turn));
        return own;
      }),
    );
    expect(new Set(ends.flat())).toContain('published');
  });

  async function raceOnce(user: User, turn: number): Promise<string> {
    const bytes = Buffer.alloc(200_000, `declared ${turn} `);
    const others = Buffer.alloc(turn % 3 === 0 ? 150_000 : 200_000, `exchanged ${turn} `);
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes }]));
    const [file] = receipt.files;
    const published = () =>
      vi.waitFor(async () => expect(await isPublic(receipt.asin)).toBe(true), { timeout: 40_000 });
    // One lane comes too late every time. Past the URL, which would refuse other bytes: as in a store that keeps no promise of its own.
    const exchange = async () => {
      await (turn < 6 ? published() : delay(Math.random() * 1_200));
      const Key = `${receipt.upload_id}/${file?.file_id}`;
      await ingest.s3.send(new PutObjectCommand({ Bucket: buckets.incoming.name, Key, Body: others }));
    };
    await Promise.all([send(file?.put, bytes), exchange()]);
    const { state } = await ingest.outcome(user, receipt.upload_id);
    expect(['published', 'rejected', 'failed']).toContain(state);
    expect(await isPublic(receipt.asin)).toBe(state === 'published');
    await vi.waitFor(
      async () => {
        const served = (await servedBytes(receipt.asin)).map(sha256);
        expect(served).toEqual(state === 'published' ? [sha256(bytes)] : []);
      },
      { timeout: 40_000 },
    );
    return state;
  }
});

describe('a file that is sent in parts', { timeout: 120_000 }, () => {
  const content = Buffer.alloc(17 * MIB, 'cairn');

  async function aLargeUpload() {
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'large.bin', bytes: content }]));
    const base = `/v1/uploads/${receipt.upload_id}`;
    const path = `${base}/files/${receipt.files[0]?.file_id}`;
    const urls = async () => {
      const answer = await ingest.app.request(`${path}/urls`, { headers: user.headers });
      const { parts } = (await answer.json()) as { parts: { received: boolean; put?: Put }[] };
      return parts;
    };
    const post = async (to: string, method: string) =>
      (await ingest.app.request(to, { method, headers: user.headers })).status;
    return {
      user,
      receipt,
      urls,
      complete: () => post(`${path}/complete`, 'POST'),
      abort: () => post(base, 'DELETE'),
    };
  }

  const [first, second] = [content.subarray(0, 16 * MIB), content.subarray(16 * MIB)];

  it('is whole also when a part that was sent first finishes last', async () => {
    const { user, receipt, urls, complete } = await aLargeUpload();
    const [one, two] = await urls();
    const slow = sendInHalves(one?.put, first);
    await slow.begun;
    expect((await send(one?.put, first)).status).toBe(200);
    expect((await send(two?.put, second)).status).toBe(200);
    expect(await slow.finish()).toBe(200);
    expect(await complete()).toBe(204);
    expect((await ingest.outcome(user, receipt.upload_id)).state).toBe('published');
    expect((await servedBytes(receipt.asin)).map(sha256)).toEqual([sha256(content)]);
  });

  it('with the bytes of another file in a part is rejected by its hash, and nothing of it stays', async () => {
    const { user, receipt, urls, complete } = await aLargeUpload();
    const [one, two] = await urls();
    await send(two?.put, second);
    await send(one?.put, Buffer.alloc(16 * MIB, 'another'));
    expect(await complete()).toBe(204);
    const done = await ingest.outcome(user, receipt.upload_id);
    expect(done.state).toBe('rejected');
    expect(done.files[0]?.refusal?.code).toBe('file.hash_mismatch');
    expect(await isPublic(receipt.asin)).toBe(false);
    await vi.waitFor(async () => expect(await servedBytes(receipt.asin)).toEqual([]), { timeout: 40_000 });
  });

  it('that is aborted while it is completed is over, and nothing of it stays', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const { user, receipt, urls, complete, abort } = await aLargeUpload();
      const [one, two] = await urls();
      await Promise.all([send(one?.put, first), send(two?.put, second)]);
      const [completed, aborted] = await Promise.all([complete(), delay(Math.random() * 15).then(abort)]);
      expect([204, 409]).toContain(completed);
      expect(aborted).toBe(204);
      expect(await complete()).toBe(409);
      expect(await abort()).toBe(204);
      expect((await ingest.receipt(user, receipt.upload_id)).state).toBe('aborted');
      await vi.waitFor(
        async () => {
          const Prefix = `${receipt.upload_id}/`;
          const Bucket = buckets.incoming.name;
          const listing = await ingest.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
          const sendings = await ingest.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
          expect([listing.KeyCount, sendings.Uploads ?? []]).toEqual([0, []]);
        },
        { timeout: 40_000 },
      );
      expect(await isPublic(receipt.asin)).toBe(false);
    }
  });
});

/** A PUT that stops in the middle until it is told to go on. */
function sendInHalves(put: Put | undefined, bytes: Buffer) {
  if (put === undefined) throw new Error('there is no PUT for the part');
  const half = bytes.length / 2;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sending = request(put.url, { method: 'PUT', headers: put.headers }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  });
  sending.on('error', reject);
  const begun = new Promise<void>((done) => void sending.write(bytes.subarray(0, half), () => done()));
  return {
    begun,
    async finish(): Promise<number> {
      sending.end(bytes.subarray(half));
      return promise;
    },
  };
}
