import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteCommand, DeleteCommand, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { releaseRecord } from '@cairn/shared/records/release-record';
import type { ReleaseRepository } from '../domain/ports.ts';

const MAX_WRITES = 25;
const MAX_ROUNDS = 8;

export function dynamoReleaseRepository(options: { document: Document; table: string }): ReleaseRepository {
  const { document, table } = options;

  async function deleteBatch(keys: readonly Record<string, unknown>[]): Promise<void> {
    let requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
    for (let round = 0; requests.length > 0; round += 1) {
      if (round === MAX_ROUNDS)
        throw new Error(`${table} is throttled: ${requests.length} items not deleted`);
      if (round > 0) await delay(Math.random() * 25 * 2 ** round);
      const { UnprocessedItems } = await document.send(
        new BatchWriteCommand({ RequestItems: { [table]: requests } }),
      );
      requests = (UnprocessedItems?.[table] ?? []).flatMap(({ DeleteRequest }) =>
        DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: DeleteRequest.Key } }],
      );
    }
  }

  return {
    async get(asin, releaseId) {
      const { Item } = await document.send(
        new GetCommand({ TableName: table, Key: { asin, release_id: releaseId }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : releaseRecord.parse(Item);
    },

    async delete(asin, releaseId) {
      const { Attributes } = await document.send(
        new DeleteCommand({
          TableName: table,
          Key: { asin, release_id: releaseId },
          ReturnValues: 'ALL_OLD',
        }),
      );
      return Attributes !== undefined;
    },

    async deleteAll(asin) {
      let deleted = 0;
      const pages = paginateQuery(
        { client: document },
        {
          TableName: table,
          KeyConditionExpression: 'asin = :asin',
          ExpressionAttributeValues: { ':asin': asin },
          ProjectionExpression: 'asin, release_id',
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        for (let start = 0; start < Items.length; start += MAX_WRITES) {
          await deleteBatch(Items.slice(start, start + MAX_WRITES));
        }
        deleted += Items.length;
      }
      return deleted;
    },
  };
}
