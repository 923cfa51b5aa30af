import { createDocumentClient, type Document } from '@cairn/shared/aws/clients';
import { outboxAttributes } from '@cairn/shared/messaging/outbox';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll } from 'vitest';
import { dynamoNameClaims } from '../src/adapters/dynamo-name-claims.ts';
import { dynamoSessionRepository } from '../src/adapters/dynamo-session-repository.ts';
import { dynamoUserRepository } from '../src/adapters/dynamo-user-repository.ts';
import { nameClaimsContract } from '../src/contracts/name-claims.contract.ts';
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
nameClaimsContract('DynamoDB', () => dynamoNameClaims(document, tables.users.name));
sessionRepositoryContract('DynamoDB', () => dynamoSessionRepository(document, tables.sessions.name));
