import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { SaltStore } from '../domain/downloads/daily-salt.ts';

/** Among the rows of `download_counts`; no asset is called so. */
const SCOPE = 'salt';
const saltItem = z.object({ salt: z.string().min(1) });

export function dynamoSaltStore(options: { document: Document; table: string }): SaltStore {
  const { document, table: TableName } = options;
  return {
    async agree(day, proposal) {
      const Key = { scope: SCOPE, entry: day };
      const { Item } = await document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      if (Item !== undefined) return saltItem.parse(Item).salt;
      const won = await wins(
        document.send(
          new PutCommand({
            TableName,
            // Should nobody remove it, the table does.
            Item: { ...Key, salt: proposal, expires_at: Math.floor(Date.parse(day) / 1_000) + 3 * 86_400 },
            ConditionExpression: 'attribute_not_exists(#scope)',
            ExpressionAttributeNames: { '#scope': 'scope' },
          }),
        ),
      );
      if (won) return proposal;
      const winner = await document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return saltItem.parse(winner.Item).salt;
    },
    async forgetBefore(day) {
      const { Items = [] } = await document.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#scope = :scope AND #entry < :day',
          ExpressionAttributeNames: { '#scope': 'scope', '#entry': 'entry' },
          ExpressionAttributeValues: { ':scope': SCOPE, ':day': day },
          ConsistentRead: true,
        }),
      );
      for (const { entry } of Items) {
        await document.send(new DeleteCommand({ TableName, Key: { scope: SCOPE, entry: String(entry) } }));
      }
    },
  };
}
