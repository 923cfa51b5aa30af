import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { outboxAttributes, outboxWith } from '@cairn/shared/messaging/outbox';
import { STAFF_KEY, type StaffRepository } from '../domain/account-ports.ts';
import { gatheredReads } from './gathered-reads.ts';

const stored = z.object({
  members: z.record(z.string(), z.enum(['moderator', 'admin'])),
  revision: z.number().int().positive(),
  last_change_id: z.string(),
  ...outboxAttributes,
});

export function dynamoStaffRepository(document: Document, table: string): StaffRepository {
  const read = gatheredReads(document);

  async function readItem(): Promise<z.infer<typeof stored> | undefined> {
    const item = await read(table, { asin: STAFF_KEY });
    return item === undefined ? undefined : stored.parse(item);
  }

  return {
    async read() {
      const item = await readItem();
      return { members: item?.members ?? {}, revision: item?.revision ?? 0 };
    },

    async replace(staff, members, { changeId, events }) {
      let outbox: object = {};
      let pending = (await readItem())?.outbox ?? {};
      for (const event of events) {
        const next = outboxWith(STAFF_KEY, event, pending);
        pending = next.outbox;
        outbox = next;
      }
      const revision = staff.revision + 1;
      const write = new PutCommand({
        TableName: table,
        Item: { asin: STAFF_KEY, members, revision, last_change_id: changeId, ...outbox },
        ...(staff.revision === 0
          ? { ConditionExpression: 'attribute_not_exists(asin)' }
          : {
              ConditionExpression: 'revision = :expected',
              ExpressionAttributeValues: { ':expected': staff.revision },
            }),
      });
      if (await wins(document.send(write))) return 'written';
      return (await readItem())?.last_change_id === changeId ? 'written' : 'changed';
    },
  };
}
