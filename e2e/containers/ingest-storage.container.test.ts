import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { buckets, tables } from '@cairn/infra/resources';
import { dynamoIdempotencyStore } from '@cairn/ingest/src/adapters/dynamo-idempotency-store.ts';
import { dynamoQuotaLedger } from '@cairn/ingest/src/adapters/dynamo-quota-ledger.ts';
import { dynamoUploadRepository } from '@cairn/ingest/src/adapters/dynamo-upload-repository.ts';
import { UPLOAD_OF_COPY } from '@cairn/ingest/src/adapters/s3-incoming-store.ts';
import { s3ObjectInventory } from '@cairn/ingest/src/adapters/s3-object-inventory.ts';
import { idempotencyStoreContract } from '@cairn/ingest/src/contracts/idempotency-store.contract.ts';
import { objectInventoryContract } from '@cairn/ingest/src/contracts/object-inventory.contract.ts';
import { quotaLedgerContract } from '@cairn/ingest/src/contracts/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '@cairn/ingest/src/contracts/upload-repository.contract.ts';
import { createDocumentClient, createS3Client } from '@cairn/shared/aws/clients';
import { beforeAll } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { provisioned } from './provisioned.ts';

const shelves = {
  incoming: buckets.incoming.name,
  copies: buckets.assets.name,
  pictures: buckets.media.name,
};

// The contracts that the service's own tests run on the embedded stack.
describeOnEmulator("ingest's storage", (name) => {
  beforeAll(provisioned);
  const document = createDocumentClient();
  const s3 = createS3Client();

  uploadRepositoryContract(name, () => dynamoUploadRepository(document, tables.uploads.name));
  idempotencyStoreContract(name, () => dynamoIdempotencyStore(document, tables.uploads.name));
  quotaLedgerContract(name, () => dynamoQuotaLedger(document, tables.quotas.name));
  objectInventoryContract(name, () => ({
    inventory: s3ObjectInventory({ s3, buckets: shelves, pageSize: 3 }),
    async put(shelf, Key, uploadId) {
      const Metadata = uploadId === undefined ? undefined : { [UPLOAD_OF_COPY]: uploadId };
      await s3.send(new PutObjectCommand({ Bucket: shelves[shelf], Key, Body: 'x', Metadata }));
    },
    async begin(Key) {
      await s3.send(new CreateMultipartUploadCommand({ Bucket: shelves.incoming, Key }));
    },
  }));
});
