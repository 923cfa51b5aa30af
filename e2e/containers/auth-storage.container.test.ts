import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountRepository } from '@cairn/auth/src/adapters/dynamo-account-repository.ts';
import { dynamoApiKeyRepository } from '@cairn/auth/src/adapters/dynamo-api-key-repository.ts';
import { dynamoAttemptStore } from '@cairn/auth/src/adapters/dynamo-attempt-store.ts';
import { dynamoAuditLog } from '@cairn/auth/src/adapters/dynamo-audit-log.ts';
import { dynamoDeletionRepository } from '@cairn/auth/src/adapters/dynamo-deletion-repository.ts';
import { dynamoExportRepository } from '@cairn/auth/src/adapters/dynamo-export-repository.ts';
import { dynamoNameClaims } from '@cairn/auth/src/adapters/dynamo-name-claims.ts';
import { dynamoRevocationRepository } from '@cairn/auth/src/adapters/dynamo-revocation-repository.ts';
import { dynamoSessionRepository } from '@cairn/auth/src/adapters/dynamo-session-repository.ts';
import { dynamoStaffRepository } from '@cairn/auth/src/adapters/dynamo-staff-repository.ts';
import { dynamoUserRepository } from '@cairn/auth/src/adapters/dynamo-user-repository.ts';
import { secretsManagerKeyStorage } from '@cairn/auth/src/adapters/secrets-manager-key-storage.ts';
import { accountRepositoryContract } from '@cairn/auth/src/contracts/account-repository.contract.ts';
import { apiKeyRepositoryContract } from '@cairn/auth/src/contracts/api-key-repository.contract.ts';
import { attemptStoreContract } from '@cairn/auth/src/contracts/attempt-store.contract.ts';
import { exportRepositoryContract } from '@cairn/auth/src/contracts/export-repository.contract.ts';
import { keyStorageContract } from '@cairn/auth/src/contracts/key-storage.contract.ts';
import { nameClaimsContract } from '@cairn/auth/src/contracts/name-claims.contract.ts';
import { revocationRepositoryContract } from '@cairn/auth/src/contracts/revocation-repository.contract.ts';
import { sessionRepositoryContract } from '@cairn/auth/src/contracts/session-repository.contract.ts';
import {
  auditLogContract,
  deletionRepositoryContract,
  staffRepositoryContract,
} from '@cairn/auth/src/contracts/staff-and-audit.contract.ts';
import { userRepositoryContract } from '@cairn/auth/src/contracts/user-repository.contract.ts';
import { STAFF_KEY } from '@cairn/auth/src/domain/account-ports.ts';
import { exportItemKey } from '@cairn/auth/src/domain/exporting/account-export.ts';
import { tables } from '@cairn/infra/resources';
import { createDocumentClient } from '@cairn/shared/aws/clients';
import { newId } from '@cairn/shared/ids';
import { outboxAttributes, type OutboxAttributes } from '@cairn/shared/messaging/outbox';
import { beforeAll } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { provisioned } from './provisioned.ts';

// The contracts that the service's own tests run on the embedded stack.
describeOnEmulator("auth's storage", (name) => {
  beforeAll(provisioned);
  const document = createDocumentClient();
  const users = tables.users.name;

  const waiting = async (asin: string) => {
    const { Item } = await document.send(
      new GetCommand({ TableName: users, Key: { asin }, ConsistentRead: true }),
    );
    return Object.values(
      outboxAttributes.outbox.parse((Item as Partial<OutboxAttributes> | undefined)?.outbox) ?? {},
    );
  };
  userRepositoryContract(name, () => ({ users: dynamoUserRepository(document, users), waiting }));
  accountRepositoryContract(name, () => ({
    users: dynamoUserRepository(document, users),
    accounts: dynamoAccountRepository(document, users),
    waiting,
  }));
  staffRepositoryContract(name, () => ({
    staff: dynamoStaffRepository(document, users),
    waiting: () => waiting(STAFF_KEY),
  }));
  exportRepositoryContract(name, () => ({
    exports: dynamoExportRepository(document, users),
    waiting: (userId) => waiting(exportItemKey(userId)),
  }));
  nameClaimsContract(name, () => dynamoNameClaims(document, users));
  sessionRepositoryContract(name, () => dynamoSessionRepository(document, tables.sessions.name));
  apiKeyRepositoryContract(name, () => dynamoApiKeyRepository(document, tables.apiKeys.name));
  revocationRepositoryContract(name, () => dynamoRevocationRepository(document, tables.revocations.name));
  attemptStoreContract(name, () => dynamoAttemptStore(document, tables.signInAttempts.name));
  auditLogContract(name, () => dynamoAuditLog(document, tables.auditLog.name));
  deletionRepositoryContract(name, () => dynamoDeletionRepository(document, tables.deletions.name));
  keyStorageContract(`in Secrets Manager, ${name}`, () =>
    secretsManagerKeyStorage(new SecretsManagerClient({ maxAttempts: 1 }), `keys/${newId('event')}`),
  );
});
