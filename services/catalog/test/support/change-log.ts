import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { tables } from '@cairn/infra/resources';
import type { CatalogWorld } from './catalog-world.ts';

/** The whole log, in order. */
export async function wholeLog(world: CatalogWorld): Promise<{ seq: number; id: string; asin?: string }[]> {
  const pages = paginateQuery(
    { client: world.document },
    {
      TableName: tables.changes.name,
      KeyConditionExpression: '#log = :log',
      ExpressionAttributeNames: { '#log': 'log' },
      ExpressionAttributeValues: { ':log': 'assets' },
      ConsistentRead: true,
    },
  );
  const all: { seq: number; id: string; asin?: string }[] = [];
  for await (const { Items = [] } of pages) {
    for (const { seq, id, asin } of Items) {
      all.push({ seq: Number(seq), id: String(id), ...(typeof asin === 'string' ? { asin } : {}) });
    }
  }
  return all;
}
