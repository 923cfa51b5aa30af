import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { isConditionFailed, wins } from '@cairn/shared/aws/conditions';
import type { AttemptRecord, AttemptStore } from '../domain/ports.ts';
import { gatheredReads } from './gathered-reads.ts';

const attemptItem = z.object({
  key: z.string(),
  /** Epoch seconds: the table's TTL attribute. */
  expire: z.number(),
  failures: z.number().int().default(0),
  /** Epoch milliseconds. */
  forget_at: z.number().default(0),
  blocked_until: z.number().default(0),
  known: z.boolean().default(false),
});

const KEY = { '#key': 'key' } as const;
const seconds = (date: Date) => Math.ceil(date.getTime() / 1_000);

/** What is forgotten or over may still be stored: DynamoDB removes it when it finds the time. */
const ADDING = {
  toOthers: {
    UpdateExpression: 'SET expire = :until, forget_at = :forget ADD failures :one',
    ConditionExpression: 'attribute_not_exists(forget_at) OR forget_at > :at',
  },
  asFirst: {
    UpdateExpression: 'SET expire = :until, forget_at = :forget, failures = :one',
    ConditionExpression: 'forget_at <= :at',
  },
} as const;

/** A counter whose answer was lost may count twice: the limit is then met earlier, never later. */
export function dynamoAttemptStore(document: Document, table: string): AttemptStore {
  const read = gatheredReads(document);

  return {
    async read(keys, at) {
      const found = await Promise.all(keys.map((key) => read(table, { key })));
      const items = found.flatMap((item) => (item === undefined ? [] : [attemptItem.parse(item)]));
      const live = items.filter((item) => item.expire * 1_000 > at.getTime());
      return new Map(live.map((item) => [item.key, recordOf(item, at)]));
    },

    async addFailure(key, { at, forgetAt, keepUntil }) {
      const add = async (how: (typeof ADDING)[keyof typeof ADDING]) => {
        const { Attributes } = await document.send(
          new UpdateCommand({
            TableName: table,
            Key: { key },
            ...how,
            ExpressionAttributeValues: {
              ':until': seconds(keepUntil),
              ':forget': forgetAt.getTime(),
              ':at': at.getTime(),
              ':one': 1,
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return attemptItem.parse(Attributes).failures;
      };
      for (;;) {
        for (const how of [ADDING.toOthers, ADDING.asFirst]) {
          const failures = await unlessLost(add(how));
          if (failures !== undefined) return failures;
        }
      }
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

const recordOf = (item: z.infer<typeof attemptItem>, at: Date): AttemptRecord => ({
  failures: item.forget_at > at.getTime() ? item.failures : 0,
  blocked_until: item.blocked_until,
  known_until: item.known ? item.expire * 1_000 : 0,
});

async function unlessLost<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}
