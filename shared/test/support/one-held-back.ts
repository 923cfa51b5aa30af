import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Document } from '../../src/aws/clients.ts';
import type { CairnEvent } from '../../src/events/event-envelope.ts';
import { silentLogger } from '../../src/logging/logger.ts';
import { createOutboxRelay } from '../../src/messaging/outbox-relay.ts';
import { outboxWith } from '../../src/messaging/outbox.ts';

/** Writes so many items with an event each, of which one cannot be published at first, and sweeps twice. */
export async function expectOneHeldBack(given: {
  document: Document;
  table: string;
  items: number;
}): Promise<void> {
  const { document, table } = given;
  const items = Array.from({ length: given.items }, () => {
    const asin = `asset_${randomUUID()}`;
    const event: CairnEvent = {
      id: `event_${randomUUID()}`,
      type: 'asset.updated',
      occurred_at: new Date(1_000).toISOString(),
      asin,
      user_id: 'user_1',
      revision: 1,
    };
    return { asin, ...outboxWith(asin, event) };
  });
  for (let i = 0; i < items.length; i += 25) {
    const requests = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
    await document.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
  const bad = items[items.length >> 1]?.asin;
  let broken = true;
  const ids: string[] = [];
  const relay = createOutboxRelay({
    document,
    table,
    keyName: 'asin',
    logger: silentLogger(),
    publish: async (event) => {
      if (broken && 'asin' in event && event.asin === bad) {
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      }
      ids.push(event.id);
    },
  });
  expect(await relay.sweep()).toBe(items.length);
  expect(new Set(ids).size).toBe(items.length - 1);
  broken = false;
  expect(await relay.sweep()).toBe(1);
  expect(ids).toHaveLength(items.length);
  const { Count } = await document.send(new ScanCommand({ TableName: table, IndexName: 'outbox' }));
  expect(Count).toBe(0);
}
