import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { AttemptRecord, AttemptStore } from '../domain/ports.ts';
import { gatheredReads } from './gathered-reads.ts';

const attemptItem = z.object({
  key: z.string(),
  /** Epoch seconds: the table's TTL attribute. */
  expire: z.number(),
  failures: z.number().int().default(0),
  blocked_until: z.number().default(0),
  known: z.boolean().default(false),
});

const KEY = { '#key': 'key' } as const;
const seconds = (date: Date) => Math.ceil(date.getTime() / 1_000);

/** A counter whose answer was lost may count twice: the limit is then met earlier, never later. */
export function dynamoAttemptStore(document: Document, table: string): AttemptStore {
  const read = gatheredReads(document);

  return {
    async read(keys, at) {
      const found = await Promise.all(keys.map((key) => read(table, { key })));
      const items = found.flatMap((item) => (item === undefined ? [] : [attemptItem.parse(item)]));
      const live = items.filter((item) => item.expire * 1_000 > at.getTime());
      return new Map<string, AttemptRecord>(live.map(({ key, expire: _expire, ...record }) => [key, record]));
    },

    async addFailure(key, until) {
      const { Attributes } = await document.send(
        new UpdateCommand({
          TableName: table,
          Key: { key },
          UpdateExpression: 'SET expire = :until ADD failures :one',
          ExpressionAttributeValues: { ':until': seconds(until), ':one': 1 },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return attemptItem.parse(Attributes).failures;
    },

    async block(key, until) {
      const write = new UpdateCommand({
        TableName: table,
        Key: { key },
        UpdateExpression: 'SET blocked_until = :until',
        ConditionExpression:
          'attribute_exists(#key) AND (attribute_not_exists(blocked_until) OR blocked_until < :until)',
        ExpressionAttributeNames: KEY,
        ExpressionAttributeValues: { ':until': until },
      });
      await wins(document.send(write));
    },

    async remember(key, until) {
      await document.send(
        new PutCommand({
          TableName: table,
          Item: { key, known: true, failures: 0, blocked_until: 0, expire: seconds(until) },
        }),
      );
    },
  };
}
