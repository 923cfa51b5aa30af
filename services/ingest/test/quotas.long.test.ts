import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { loseAnswer } from '@cairn/infra/local/faults/rules';
import { tables } from '@cairn/infra/resources';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoQuotaLedger } from '../src/adapters/dynamo-quota-ledger.ts';
import type { Receipt } from '../src/http/upload-schemas.ts';
import { mortalProcesses } from '../src/testing/mortal-processes.ts';
import { aBody, startIngest, type IngestUnderTest } from './service.harness.ts';

const BYTES = Buffer.from('abc');
const RACING = 50;
const NOTHING = { bytes: 0, assets: 0, openUploads: 0 };

describe.each([
  ['bytes', { QUOTA_BYTES: String(BYTES.length * 7 + 2) }, 7],
  ['assets', { QUOTA_ASSETS: '11' }, 11],
  ['open uploads', { QUOTA_OPEN_UPLOADS: '5' }, 5],
])(
  'I4: 50 racing declarations at the edge of the quota of %s',
  { timeout: 60_000 },
  (_, environment, fit) => {
    let ingest: IngestUnderTest;
    beforeAll(async () => {
      ingest = await startIngest({ ...environment, FIRST_LOOK_SECONDS: '1', SWEEP_INTERVAL_MS: '50' });
    });
    afterAll(() => ingest.close());

    const usage = (userId: string) => dynamoQuotaLedger(ingest.document, tables.quotas.name).usage(userId);

    async function race(user: Awaited<ReturnType<IngestUnderTest['aUser']>>): Promise<Receipt[]> {
      const answers = await Promise.all(
        Array.from({ length: RACING }, async () =>
          ingest.post(user, aBody([{ path: 'a.bin', bytes: BYTES }])),
        ),
      );
      const refused = answers.filter(({ status }) => status !== 201);
      for (const answer of refused) {
        expect(answer.status).toBe(409);
        expect(await answer.json()).toMatchObject({ code: 'quota.exceeded' });
      }
      const accepted = answers.filter(({ status }) => status === 201);
      return Promise.all(accepted.map(async (answer) => (await answer.json()) as Receipt));
    }

    it(`lets exactly ${fit} through, and once they have ended nothing is held`, async () => {
      const user = await ingest.aUser();
      const receipts = await race(user);
      expect(receipts).toHaveLength(fit);
      expect(await usage(user.userId)).toEqual({
        bytes: fit * BYTES.length,
        assets: fit,
        openUploads: fit,
      });
      // Half of them are aborted by their user, the other half expires.
      const aborted = await Promise.all(
        receipts
          .filter((_receipt, i) => i % 2 === 0)
          .map(async ({ upload_id }) =>
            ingest.app.request(`/v1/uploads/${upload_id}`, { method: 'DELETE', headers: user.headers }),
          ),
      );
      expect(new Set(aborted.map(({ status }) => status))).toEqual(new Set([204]));
      for (const { upload_id } of receipts.filter((_receipt, i) => i % 2 === 1)) {
        await expire(ingest, upload_id);
      }
      await vi.waitFor(async () => expect(await usage(user.userId)).toEqual(NOTHING), { timeout: 10_000 });
    });

    it('holds also when the answers of the store are lost', async () => {
      const user = await ingest.aUser();
      ingest.faults.dynamodb.add(loseAnswer({ table: tables.quotas.name, probability: 0.2 }));
      const all = await Promise.allSettled(
        Array.from({ length: RACING }, async () =>
          ingest.post(user, aBody([{ path: 'a.bin', bytes: BYTES }])),
        ),
      );
      await ingest.faults.clear();
      const accepted = all.filter((each) => each.status === 'fulfilled' && each.value.status === 201);
      expect(accepted.length).toBeLessThanOrEqual(fit);
      expect((await usage(user.userId)).openUploads).toBeLessThanOrEqual(fit);
      expect((await usage(user.userId)).openUploads).toBeGreaterThanOrEqual(accepted.length);
    });
  },
);

/** As if its day had passed. */
async function expire(ingest: IngestUnderTest, uploadId: string): Promise<void> {
  await ingest.document.send(
    new UpdateCommand({
      TableName: tables.uploads.name,
      Key: { upload_id: uploadId, item: 'upload' },
      UpdateExpression: 'SET deadline = :past, due_at = :past',
      ExpressionAttributeValues: { ':past': new Date(0).toISOString() },
    }),
  );
}

describe('I4: the ledger in DynamoDB, killed between any two calls', { timeout: 120_000 }, () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
  });
  afterAll(() => stack.close());

  const quota = { bytes: 10, assets: 3, openUploads: 3 };
  const fate = fc.option(
    fc.record({ call: fc.nat(3), when: fc.constantFrom('before' as const, 'after' as const) }),
    { nil: undefined },
  );
  const step = fc.record({
    type: fc.constantFrom(
      'reserve' as const,
      'reserve' as const,
      'settle' as const,
      'release' as const,
      'return' as const,
    ),
    upload: fc.nat(4),
    fate,
  });
  const schedule = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

  it('is never exceeded, holds what its entries say, and is empty in the end', async () => {
    const processes = mortalProcesses();
    const document = createDocumentClient();
    const mortal = dynamoQuotaLedger(processes.through(document), tables.quotas.name);
    const ledger = dynamoQuotaLedger(document, tables.quotas.name);

    const play = async (steps: typeof schedule extends fc.Arbitrary<infer S> ? S : never) => {
      const user = newId('user');
      const uploads = Array.from({ length: 5 }, (_, i) => ({
        id: newId('upload'),
        wanted: { asin: newId('asset'), bytes: i + 1, assets: 1 },
      }));
      const reserving = new Map<string, Promise<unknown>[]>();
      const settled = new Set<string>();
      const perform = async (s: (typeof steps)[number][number]) => {
        const { id, wanted } = uploads[s.upload] ?? { id: '', wanted: { asin: '', bytes: 0, assets: 0 } };
        const work = {
          reserve: () => mortal.reserve(user, id, wanted, quota),
          settle: () => mortal.settle(user, id),
          release: () => mortal.release(user, id),
          return: () => mortal.returnAsset(user, wanted.asin),
        };
        // An upload is published long after it was reserved for, and never reserved for again.
        if (s.type === 'reserve' && settled.has(id)) return;
        if (s.type === 'settle') {
          settled.add(id);
          await Promise.all(reserving.get(id) ?? []);
        }
        const run = processes.run(s.fate, work[s.type]);
        if (s.type === 'reserve') reserving.set(id, [...(reserving.get(id) ?? []), run]);
        await run;
        const used = await ledger.usage(user);
        expect(used.bytes).toBeLessThanOrEqual(quota.bytes);
        expect(used.assets).toBeLessThanOrEqual(quota.assets);
        expect(used.openUploads).toBeLessThanOrEqual(quota.openUploads);
      };
      for (const group of steps) await Promise.all(group.map(perform));
      for (const { id } of uploads) await ledger.release(user, id);
      for (const { wanted } of uploads) expect(await ledger.returnAsset(user, wanted.asin)).toEqual([]);
      expect(await ledger.usage(user)).toEqual(NOTHING);
      expect(await ledger.close(user)).toBe(true);
    };
    await fc.assert(fc.asyncProperty(schedule, play), { numRuns: 100 });
  });
});
