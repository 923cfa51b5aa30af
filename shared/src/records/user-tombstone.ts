import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '../aws/clients.ts';

/** Whether the account is gone. Consistent: once auth has answered a deletion, this says true. */
export type IsUserDeleted = (userId: string) => Promise<boolean>;

/**
 * The one thing that other services read of `users`: `status`, and no other attribute (their role allows no
 * more). A user that was never there counts as deleted.
 */
export function dynamoUserTombstones(document: Document, usersTable: string): IsUserDeleted {
  return async (userId) => {
    const { Item } = await document.send(
      new GetCommand({
        TableName: usersTable,
        Key: { asin: userId },
        ProjectionExpression: 'asin, #status',
        ExpressionAttributeNames: { '#status': 'status' },
        ConsistentRead: true,
      }),
    );
    return Item === undefined || Item.status === 'deleted';
  };
}
