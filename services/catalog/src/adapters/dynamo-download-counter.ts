import { wins } from '@cairn/shared/aws/conditions';
import { paginateQuery, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { hourOf, type DownloadCounter } from '../domain/downloads/count-downloads.ts';

/** Much longer than a message can be redelivered: a marker that is gone cannot be counted again. */
const MARKER_SECONDS = 90 * 86_400;

const totalItem = z.object({ total: z.number().int() });

/**
 * Items of `download_counts`, by scope: `{asin}#{hour}` holds the markers of an hour, `{asin}#{day}` the totals
 * of a day's hours, `{asin}` the totals of all days. Each level is counted from the one below it with a
 * consistent read and written if it is higher than what is there. Whoever marks last therefore counts all,
 * and a slower counter cannot lower what a faster one wrote.
 */
export function dynamoDownloadCounter(options: { document: Document; table: string }): DownloadCounter {
  const { document, table: TableName } = options;

  async function countMarkers(scope: string): Promise<number> {
    const pages = paginateQuery({ client: document }, { ...inScope(scope), Select: 'COUNT' });
    let count = 0;
    for await (const page of pages) count += page.Count ?? 0;
    return count;
  }

  async function sumTotals(scope: string): Promise<number> {
    let sum = 0;
    for await (const { Items = [] } of paginateQuery({ client: document }, inScope(scope))) {
      for (const item of Items) sum += totalItem.parse(item).total;
    }
    return sum;
  }

  const inScope = (scope: string) => ({
    TableName,
    KeyConditionExpression: '#scope = :scope',
    ExpressionAttributeNames: { '#scope': 'scope' },
    ExpressionAttributeValues: { ':scope': scope },
    ConsistentRead: true,
  });

  async function raise(scope: string, entry: string, total: number): Promise<void> {
    await wins(
      document.send(
        new UpdateCommand({
          TableName,
          Key: { scope, entry },
          UpdateExpression: 'SET #total = :total',
          ConditionExpression: 'attribute_not_exists(#total) OR #total < :total',
          ExpressionAttributeNames: { '#total': 'total' },
          ExpressionAttributeValues: { ':total': total },
        }),
      ),
    );
  }

  return {
    async mark(grant) {
      const { id, asin, at, ...about } = grant;
      await wins(
        document.send(
          new PutCommand({
            TableName,
            Item: {
              scope: `${asin}#${hourOf(at)}`,
              entry: id,
              at,
              ...about,
              expires_at: Math.floor(Date.parse(at) / 1000) + MARKER_SECONDS,
            },
            ConditionExpression: 'attribute_not_exists(#scope)',
            ExpressionAttributeNames: { '#scope': 'scope' },
          }),
        ),
      );
    },

    async total(asin, hours) {
      for (const hour of hours) {
        await raise(`${asin}#${dayOf(hour)}`, hour, await countMarkers(`${asin}#${hour}`));
      }
      for (const day of new Set(hours.map(dayOf))) await raise(asin, day, await sumTotals(`${asin}#${day}`));
      return sumTotals(asin);
    },
  };
}

const dayOf = (hour: string): string => hour.slice(0, 10);
