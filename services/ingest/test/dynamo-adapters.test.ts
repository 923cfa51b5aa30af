import { createDocumentClient } from '@cairn/shared/aws/clients';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { afterAll, beforeAll } from 'vitest';
import { dynamoIdempotencyStore } from '../src/adapters/dynamo-idempotency-store.ts';
import { dynamoQuotaLedger } from '../src/adapters/dynamo-quota-ledger.ts';
import { dynamoUploadRepository } from '../src/adapters/dynamo-upload-repository.ts';
import { idempotencyStoreContract } from '../src/contracts/idempotency-store.contract.ts';
import { quotaLedgerContract } from '../src/contracts/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '../src/contracts/upload-repository.contract.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

uploadRepositoryContract('DynamoDB', () =>
  dynamoUploadRepository(createDocumentClient(), tables.uploads.name),
);
quotaLedgerContract('DynamoDB', () => dynamoQuotaLedger(createDocumentClient(), tables.quotas.name));
idempotencyStoreContract('DynamoDB', () =>
  dynamoIdempotencyStore(createDocumentClient(), tables.uploads.name),
);
