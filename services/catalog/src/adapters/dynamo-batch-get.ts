import { setTimeout as delay } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';

type Item = Record<string, unknown>;

const MAX_KEYS = 100;
const MAX_EMPTY_ROUNDS = 6;

/** Reads items consistently by key, in any order; what DynamoDB leaves unprocessed is asked for again. */
export async function batchGet(document: Document, table: string, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS) {
    items.push(...(await getChunk(document, table, keys.slice(start, start + MAX_KEYS))));
  }
  return items;
}

async function getChunk(document: Document, table: string, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: Item[] = [...keys];
  let emptyRounds = 0;
  while (wanted.length > 0) {
    const { Responses, UnprocessedKeys } = await document.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
    );
    const found = Responses?.[table] ?? [];
    items.push(...found);
    wanted = UnprocessedKeys?.[table]?.Keys ?? [];
    emptyRounds = found.length > 0 ? 0 : emptyRounds + 1;
    if (wanted.length === 0) break;
    if (emptyRounds > MAX_EMPTY_ROUNDS)
      throw new Error(`${table} is throttled: ${wanted.length} keys unread`);
    await delay(Math.random() * 25 * 2 ** emptyRounds);
  }
  return items;
}
