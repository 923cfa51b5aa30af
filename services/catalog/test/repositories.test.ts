import { randomUUID } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { buckets, tables } from '@cairn/infra/resources';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { dynamoAssetRepository } from '../src/adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from '../src/adapters/dynamo-change-log.ts';
import { dynamoCountStore } from '../src/adapters/dynamo-count-store.ts';
import { dynamoModerationLog } from '../src/adapters/dynamo-moderation-log.ts';
import { dynamoReleaseRepository } from '../src/adapters/dynamo-release-repository.ts';
import { dynamoSaltStore } from '../src/adapters/dynamo-salt-store.ts';
import { dynamoSnapshotTurn } from '../src/adapters/dynamo-snapshot-turn.ts';
import { s3ObjectStore } from '../src/adapters/s3-object-store.ts';
import { s3SnapshotShelf } from '../src/adapters/s3-snapshot-shelf.ts';
import { assetRepositoryContract } from '../src/contracts/asset-repository.contract.ts';
import { changeLogContract } from '../src/contracts/change-log.contract.ts';
import { countStoreContract } from '../src/contracts/count-store.contract.ts';
import { moderationLogContract } from '../src/contracts/moderation-log.contract.ts';
import { objectStoreContract } from '../src/contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '../src/contracts/release-repository.contract.ts';
import { saltStoreContract } from '../src/contracts/salt-store.contract.ts';
import { snapshotShelfContract } from '../src/contracts/snapshot-shelf.contract.ts';

describe('on the embedded stack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
  });
  afterAll(() => stack.close());

  assetRepositoryContract('DynamoDB', () => {
    const document = createDocumentClient();
    const table = tables.assets.name;
    return {
      assets: dynamoAssetRepository({ document, table }),
      put: async (record) => void (await document.send(new PutCommand({ TableName: table, Item: record }))),
    };
  });

  releaseRepositoryContract('DynamoDB', () => {
    const document = createDocumentClient();
    const table = tables.releases.name;
    return {
      releases: dynamoReleaseRepository({ document, table }),
      put: async (release) => void (await document.send(new PutCommand({ TableName: table, Item: release }))),
    };
  });

  changeLogContract('DynamoDB', (now = () => new Date()) =>
    dynamoChangeLog({ document: createDocumentClient(), table: tables.changes.name, now }),
  );

  snapshotShelfContract('S3', async () => {
    const shelf = s3SnapshotShelf({
      s3: createS3Client(),
      bucket: buckets.index.name,
      newName: randomUUID,
    });
    await shelf.tidy(0, new Date(Date.now() + 86_400_000));
    return shelf;
  });

  it('one replica at a time has its turn to write a snapshot, and none for ever', async () => {
    let at = Date.parse('2026-11-22T12:00:00.000Z');
    const turn = () =>
      dynamoSnapshotTurn({
        document: createDocumentClient(),
        table: tables.changes.name,
        newId: randomUUID,
        now: () => new Date(at),
      });
    const taken = await Promise.all([turn(), turn(), turn()].map((each) => each.take(1_000)));
    expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    at += 1_000;
    const second = await turn().take(1_000);
    for (const late of taken) await late?.end();
    expect(await turn().take(1_000)).toBeUndefined();
    await second?.end();
    expect(await turn().take(1_000)).toBeDefined();
  });

  const counting = () => ({ document: createDocumentClient(), table: tables.downloadCounts.name });
  countStoreContract('DynamoDB', () => dynamoCountStore(counting()));
  saltStoreContract('DynamoDB', () => dynamoSaltStore(counting()));

  moderationLogContract('DynamoDB', () =>
    dynamoModerationLog({ document: createDocumentClient(), table: tables.moderationLog.name }),
  );

  objectStoreContract('S3', () => {
    const s3 = createS3Client();
    const Bucket = buckets.assets.name;
    return {
      store: s3ObjectStore({ s3, bucket: Bucket }),
      put: async (key) => void (await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'bytes' }))),
      keys: async (prefix) => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
        return Contents.map(({ Key }) => Key ?? '');
      },
    };
  });
});
