import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { setExpression } from '@cairn/shared/aws/set-expression';
import { outboxAttributes, outboxWith } from '@cairn/shared/messaging/outbox';
import type { AccountRepository } from '../domain/account-ports.ts';

const stored = z.looseObject({
  ...outboxAttributes,
  revision: z.number().optional(),
  last_change_id: z.string().optional(),
});

export function dynamoAccountRepository(document: Document, table: string): AccountRepository {
  async function read(asin: string): Promise<z.infer<typeof stored>> {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: { asin }, ConsistentRead: true }),
    );
    return stored.parse(Item ?? {});
  }

  return {
    async change(user, changes, { changeId, events = [] }) {
      const before = await read(user.asin);
      // An event that the relay removes meanwhile comes back with this, and is published twice: consumers know it.
      let outbox: Record<string, unknown> = {};
      for (const event of events) {
        const pending = { ...before.outbox, ...(outbox['outbox'] as typeof before.outbox) };
        outbox = { ...outboxWith(user.asin, event, pending) };
      }
      const set = setExpression({
        ...changes,
        ...outbox,
        last_change_id: changeId,
        revision: user.revision + 1,
      });
      const write = new UpdateCommand({
        TableName: table,
        Key: { asin: user.asin },
        UpdateExpression: set.expression,
        ConditionExpression: '#known_status = :known_status AND #revision = :expected',
        ExpressionAttributeNames: { ...set.names, '#known_status': 'status' },
        ExpressionAttributeValues: {
          ...set.values,
          ':known_status': user.status,
          ':expected': user.revision,
        },
      });
      if (await wins(document.send(write))) return 'written';
      return (await read(user.asin)).last_change_id === changeId ? 'written' : 'changed';
    },
  };
}
