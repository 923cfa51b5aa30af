import { randomUUID } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoAssetRepository } from '@cairn/catalog/src/adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from '@cairn/catalog/src/adapters/dynamo-change-log.ts';
import { dynamoCountStore } from '@cairn/catalog/src/adapters/dynamo-count-store.ts';
import { dynamoModerationLog } from '@cairn/catalog/src/adapters/dynamo-moderation-log.ts';
import { dynamoReleaseRepository } from '@cairn/catalog/src/adapters/dynamo-release-repository.ts';
import { dynamoSaltStore } from '@cairn/catalog/src/adapters/dynamo-salt-store.ts';
import { s3ObjectStore } from '@cairn/catalog/src/adapters/s3-object-store.ts';
import { s3SnapshotShelf } from '@cairn/catalog/src/adapters/s3-snapshot-shelf.ts';
import { assetRepositoryContract } from '@cairn/catalog/src/contracts/asset-repository.contract.ts';
import { changeLogContract } from '@cairn/catalog/src/contracts/change-log.contract.ts';
import { countStoreContract } from '@cairn/catalog/src/contracts/count-store.contract.ts';
import { moderationLogContract } from '@cairn/catalog/src/contracts/moderation-log.contract.ts';
import { objectStoreContract } from '@cairn/catalog/src/contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '@cairn/catalog/src/contracts/release-repository.contract.ts';
import { saltStoreContract } from '@cairn/catalog/src/contracts/salt-store.contract.ts';
import { snapshotShelfContract } from '@cairn/catalog/src/contracts/snapshot-shelf.contract.ts';
import { buckets, tables } from '@cairn/infra/resources';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { beforeAll } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { provisioned } from './provisioned.ts';

const DAY_MS = 86_400_000;

// The contracts that the service's own tests run on the embedded stack.
describeOnEmulator("the catalog's storage", (name) => {
  beforeAll(provisioned);
  const document = createDocumentClient();
  const s3 = createS3Client();

  const puts = (table: string) => async (item: Record<string, unknown>) =>
    void (await document.send(new PutCommand({ TableName: table, Item: item })));
  assetRepositoryContract(name, () => ({
    assets: dynamoAssetRepository({ document, table: tables.assets.name }),
    put: puts(tables.assets.name),
  }));
  releaseRepositoryContract(name, () => ({
    releases: dynamoReleaseRepository({ document, table: tables.releases.name }),
    put: puts(tables.releases.name),
  }));
  changeLogContract(name, (now = () => new Date()) =>
    dynamoChangeLog({ document, table: tables.changes.name, now }),
  );
  const counting = { document, table: tables.downloadCounts.name };
  countStoreContract(name, () => dynamoCountStore(counting));
  saltStoreContract(name, () => dynamoSaltStore(counting));
  moderationLogContract(name, () => dynamoModerationLog({ document, table: tables.moderationLog.name }));

  const Bucket = buckets.assets.name;
  objectStoreContract(name, () => ({
    store: s3ObjectStore({ s3, bucket: Bucket }),
    put: async (key) => void (await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'bytes' }))),
    keys: async (prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
      return Contents.map(({ Key }) => Key ?? '');
    },
  }));
  snapshotShelfContract(name, async () => {
    const shelf = s3SnapshotShelf({ s3, bucket: buckets.index.name, newName: randomUUID });
    await shelf.tidy(0, new Date(Date.now() + DAY_MS));
    return shelf;
  });
});
