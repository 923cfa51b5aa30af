import { createDocumentClient, type Document } from '@cairn/shared/aws/clients';
import { outboxAttributes } from '@cairn/shared/messaging/outbox';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll } from 'vitest';
import { dynamoApiKeyRepository } from '../src/adapters/dynamo-api-key-repository.ts';
import { dynamoAttemptStore } from '../src/adapters/dynamo-attempt-store.ts';
import { dynamoNameClaims } from '../src/adapters/dynamo-name-claims.ts';
import { dynamoRevocationRepository } from '../src/adapters/dynamo-revocation-repository.ts';
import { dynamoSessionRepository } from '../src/adapters/dynamo-session-repository.ts';
import { dynamoUserRepository } from '../src/adapters/dynamo-user-repository.ts';
import { apiKeyRepositoryContract } from '../src/contracts/api-key-repository.contract.ts';
import { attemptStoreContract } from '../src/contracts/attempt-store.contract.ts';
import { nameClaimsContract } from '../src/contracts/name-claims.contract.ts';
import { revocationRepositoryContract } from '../src/contracts/revocation-repository.contract.ts';
import { sessionRepositoryContract } from '../src/contracts/session-repository.contract.ts';
import { userRepositoryContract } from '../src/contracts/user-repository.contract.ts';
import { storedItems } from './auth.harness.ts';

let stack: TestStack;
let document: Document;
beforeAll(async () => {
  stack = await startTestStack();
  document = createDocumentClient();
});
afterAll(() => stack.close());

userRepositoryContract('DynamoDB', () => ({
  users: dynamoUserRepository(document, tables.users.name),
  waiting: async (asin) => {
    const { outbox = {} } = z.object(outboxAttributes).parse((await storedItems().item(asin)) ?? {});
    return Object.values(outbox);
  },
}));
apiKeyRepositoryContract('DynamoDB', () => dynamoApiKeyRepository(document, tables.apiKeys.name));
revocationRepositoryContract('DynamoDB', () => dynamoRevocationRepository(document, tables.revocations.name));
attemptStoreContract('DynamoDB', () => dynamoAttemptStore(document, tables.signInAttempts.name));
nameClaimsContract('DynamoDB', () => dynamoNameClaims(document, tables.users.name));
sessionRepositoryContract('DynamoDB', () => dynamoSessionRepository(document, tables.sessions.name));
