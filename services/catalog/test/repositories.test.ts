import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { buckets, tables } from '@cairn/infra/resources';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { dynamoAssetRepository } from '../src/adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from '../src/adapters/dynamo-change-log.ts';
import { dynamoDownloadCounter } from '../src/adapters/dynamo-download-counter.ts';
import { dynamoReleaseRepository } from '../src/adapters/dynamo-release-repository.ts';
import { s3ObjectStore } from '../src/adapters/s3-object-store.ts';
import { assetRepositoryContract } from '../src/contracts/asset-repository.contract.ts';
import { changeLogContract } from '../src/contracts/change-log.contract.ts';
import { downloadCounterContract } from '../src/contracts/download-counter.contract.ts';
import { objectStoreContract } from '../src/contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '../src/contracts/release-repository.contract.ts';

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

  changeLogContract('DynamoDB', () =>
    dynamoChangeLog({ document: createDocumentClient(), table: tables.changes.name, now: () => new Date() }),
  );

  downloadCounterContract('DynamoDB', () =>
    dynamoDownloadCounter({ document: createDocumentClient(), table: tables.downloadCounts.name }),
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
