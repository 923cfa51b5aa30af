import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoNameClaims } from '@cairn/auth/src/adapters/dynamo-name-claims.ts';
import { dynamoSessionRepository } from '@cairn/auth/src/adapters/dynamo-session-repository.ts';
import { dynamoUserRepository } from '@cairn/auth/src/adapters/dynamo-user-repository.ts';
import { nameClaimsContract } from '@cairn/auth/src/contracts/name-claims.contract.ts';
import { sessionRepositoryContract } from '@cairn/auth/src/contracts/session-repository.contract.ts';
import { userRepositoryContract } from '@cairn/auth/src/contracts/user-repository.contract.ts';
import { dynamoAssetRepository } from '@cairn/catalog/src/adapters/dynamo-asset-repository.ts';
import { dynamoChangeLog } from '@cairn/catalog/src/adapters/dynamo-change-log.ts';
import { dynamoCountStore } from '@cairn/catalog/src/adapters/dynamo-count-store.ts';
import { dynamoSaltStore } from '@cairn/catalog/src/adapters/dynamo-salt-store.ts';
import { dynamoReleaseRepository } from '@cairn/catalog/src/adapters/dynamo-release-repository.ts';
import { s3ObjectStore } from '@cairn/catalog/src/adapters/s3-object-store.ts';
import { assetRepositoryContract } from '@cairn/catalog/src/contracts/asset-repository.contract.ts';
import { changeLogContract } from '@cairn/catalog/src/contracts/change-log.contract.ts';
import { countStoreContract } from '@cairn/catalog/src/contracts/count-store.contract.ts';
import { saltStoreContract } from '@cairn/catalog/src/contracts/salt-store.contract.ts';
import { objectStoreContract } from '@cairn/catalog/src/contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '@cairn/catalog/src/contracts/release-repository.contract.ts';
import { createAwsClients } from '@cairn/infra/aws-clients';
import { provision } from '@cairn/infra/provision';
import { buckets, tables } from '@cairn/infra/resources';
import { dynamoIdempotencyStore } from '@cairn/ingest/src/adapters/dynamo-idempotency-store.ts';
import { dynamoQuotaLedger } from '@cairn/ingest/src/adapters/dynamo-quota-ledger.ts';
import { dynamoUploadRepository } from '@cairn/ingest/src/adapters/dynamo-upload-repository.ts';
import { idempotencyStoreContract } from '@cairn/ingest/src/contracts/idempotency-store.contract.ts';
import { quotaLedgerContract } from '@cairn/ingest/src/contracts/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '@cairn/ingest/src/contracts/upload-repository.contract.ts';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { outboxAttributes, type OutboxAttributes } from '@cairn/shared/messaging/outbox';
import { beforeAll } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';

// The contracts that the services' own tests run on the embedded stack.
describeOnEmulator('the storage adapters', (name) => {
  beforeAll(async () => {
    const clients = createAwsClients();
    await provision(clients);
    clients.destroy();
  });
  const document = createDocumentClient();
  const s3 = createS3Client();

  userRepositoryContract(name, () => ({
    users: dynamoUserRepository(document, tables.users.name),
    waiting: async (asin) => {
      const { Item } = await document.send(
        new GetCommand({ TableName: tables.users.name, Key: { asin }, ConsistentRead: true }),
      );
      return Object.values(
        outboxAttributes.outbox.parse((Item as Partial<OutboxAttributes> | undefined)?.outbox) ?? {},
      );
    },
  }));
  nameClaimsContract(name, () => dynamoNameClaims(document, tables.users.name));
  sessionRepositoryContract(name, () => dynamoSessionRepository(document, tables.sessions.name));

  uploadRepositoryContract(name, () => dynamoUploadRepository(document, tables.uploads.name));
  idempotencyStoreContract(name, () => dynamoIdempotencyStore(document, tables.uploads.name));
  quotaLedgerContract(name, () => dynamoQuotaLedger(document, tables.quotas.name));

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
  changeLogContract(name, () =>
    dynamoChangeLog({ document, table: tables.changes.name, now: () => new Date() }),
  );
  const counting = { document, table: tables.downloadCounts.name };
  countStoreContract(name, () => dynamoCountStore(counting));
  saltStoreContract(name, () => dynamoSaltStore(counting));

  const Bucket = buckets.assets.name;
  objectStoreContract(name, () => ({
    store: s3ObjectStore({ s3, bucket: Bucket }),
    put: async (key) => void (await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'bytes' }))),
    keys: async (prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
      return Contents.map(({ Key }) => Key ?? '');
    },
  }));
});
