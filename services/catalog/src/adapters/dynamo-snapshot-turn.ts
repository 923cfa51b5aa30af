import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { SnapshotTurn } from '../domain/replica/snapshot-shelf.ts';

/** One item beside the log. A turn also ends by its time, so that a crash cannot keep it. */
export function dynamoSnapshotTurn(options: {
  document: Document;
  table: string;
  newId: () => string;
  now: () => Date;
}): SnapshotTurn {
  const { document, table: TableName, newId, now } = options;
  const Key = { log: 'snapshot-turn', seq: 0 };
  async function holder(): Promise<unknown> {
    const { Item } = await document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item?.turn_id;
  }

  async function end(turn_id: string): Promise<void> {
    const removal = document.send(
      new DeleteCommand({
        TableName,
        Key,
        ConditionExpression: 'turn_id = :turn',
        ExpressionAttributeValues: { ':turn': turn_id },
      }),
    );
    // Otherwise it is over already, and another's by now.
    await wins(removal);
  }

  return {
    async take(durationMs) {
      const at = now().getTime();
      const turn_id = newId();
      const write = document.send(
        new PutCommand({
          TableName,
          Item: { ...Key, turn_id, until_ms: at + durationMs },
          ConditionExpression: 'attribute_not_exists(#log) OR until_ms <= :at',
          ExpressionAttributeNames: { '#log': 'log' },
          ExpressionAttributeValues: { ':at': at },
        }),
      );
      // The SDK repeats a call whose answer was lost, and the repetition meets its own write.
      if (!(await wins(write)) && (await holder()) !== turn_id) return undefined;
      return { end: () => end(turn_id) };
    },
  };
}
