import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { MODERATION_ACTS, type ModerationLog } from '../domain/moderation/moderation-log.ts';

const moderationEntry = z.object({
  asin: z.string(),
  entry: z.string(),
  act: z.enum(MODERATION_ACTS),
  moderator: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});

export function dynamoModerationLog(options: { document: Document; table: string }): ModerationLog {
  const { document, table: TableName } = options;
  return {
    async append(entry) {
      const write = document.send(
        new PutCommand({ TableName, Item: entry, ConditionExpression: 'attribute_not_exists(asin)' }),
      );
      // It lost to itself: an entry's key is its own, and the SDK repeats a call whose answer was lost.
      await wins(write);
    },

    async list(asin, limit) {
      const { Items = [] } = await document.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'asin = :asin',
          ExpressionAttributeValues: { ':asin': asin },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return Items.map((item) => moderationEntry.parse(item));
    },
  };
}
