import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Call } from './call.ts';

export type Item = Record<string, AttributeValue>;

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** The keys of the table's items that a call may have written. Keys are strings and numbers here. */
export function writtenKeys(call: Call, table: string, keyNames: readonly string[]): Item[] {
  const keyOf = (item: Item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => keyNames.includes(name)));
  if (call.operation === 'BatchWriteItem') {
    const requests = (call.body.RequestItems as Record<string, WriteRequest[]>)[table] ?? [];
    return requests.map(({ PutRequest, DeleteRequest }) =>
      keyOf(PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
    );
  }
  if (call.table !== table) return [];
  const { Item, Key } = call.body as { Item?: Item; Key?: Item };
  switch (call.operation) {
    case 'PutItem':
      return [keyOf(Item ?? {})];
    case 'UpdateItem':
    case 'DeleteItem':
      return [keyOf(Key ?? {})];
    default:
      return [];
  }
}
