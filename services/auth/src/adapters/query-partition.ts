import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';

/** Every item under one partition key, read consistently, page by page. */
export async function queryPartition(
  document: Document,
  table: string,
  key: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>[]> {
  const [[name, value] = []] = Object.entries(key);
  const found: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await document.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': name ?? '' },
        ExpressionAttributeValues: { ':key': value },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}
