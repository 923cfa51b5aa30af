import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { tables } from '@cairn/infra/resources';
import { afterAll, beforeAll, test } from 'vitest';
import { createDocumentClient } from '../src/aws/clients.ts';
import { expectOneHeldBack } from './support/one-held-back.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

test('among 1,000 items one that cannot be published keeps none of the others back', async () => {
  const document = createDocumentClient();
  await expectOneHeldBack({ document, table: tables.assets.name, items: 1_000 });
  document.destroy();
});
