import { createDocumentClient, type Document } from '@cairn/shared/aws/clients';
import { outboxAttributes } from '@cairn/shared/messaging/outbox';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll } from 'vitest';
import { dynamoAccountRepository } from '../src/adapters/dynamo-account-repository.ts';
import { dynamoAuditLog } from '../src/adapters/dynamo-audit-log.ts';
import { dynamoDeletionRepository } from '../src/adapters/dynamo-deletion-repository.ts';
import { dynamoExportRepository } from '../src/adapters/dynamo-export-repository.ts';
import { dynamoStaffRepository } from '../src/adapters/dynamo-staff-repository.ts';
import { dynamoUserRepository } from '../src/adapters/dynamo-user-repository.ts';
import { accountRepositoryContract } from '../src/contracts/account-repository.contract.ts';
import { exportRepositoryContract } from '../src/contracts/export-repository.contract.ts';
import {
  auditLogContract,
  deletionRepositoryContract,
  staffRepositoryContract,
} from '../src/contracts/staff-and-audit.contract.ts';
import { exportItemKey } from '../src/domain/exporting/account-export.ts';
import { STAFF_KEY } from '../src/domain/account-ports.ts';
import { storedItems } from './auth.harness.ts';

let stack: TestStack;
let document: Document;
beforeAll(async () => {
  stack = await startTestStack();
  document = createDocumentClient();
});
afterAll(() => stack.close());

const waiting = async (asin: string) => {
  const { outbox = {} } = z.object(outboxAttributes).parse((await storedItems().item(asin)) ?? {});
  return Object.values(outbox);
};

accountRepositoryContract('DynamoDB', () => ({
  users: dynamoUserRepository(document, tables.users.name),
  accounts: dynamoAccountRepository(document, tables.users.name),
  waiting,
}));
staffRepositoryContract('DynamoDB', () => ({
  staff: dynamoStaffRepository(document, tables.users.name),
  waiting: () => waiting(STAFF_KEY),
}));
auditLogContract('DynamoDB', () => dynamoAuditLog(document, tables.auditLog.name));
exportRepositoryContract('DynamoDB', () => ({
  exports: dynamoExportRepository(document, tables.users.name),
  waiting: (userId) => waiting(exportItemKey(userId)),
}));
deletionRepositoryContract('DynamoDB', () => dynamoDeletionRepository(document, tables.deletions.name));
