import { createHash } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { IdempotencyStore, UsedKey } from '../domain/ports.ts';

const KEEP_SECONDS = 86_400;

const entry = z.object({
  fingerprint: z.string(),
  attempt: z.string(),
  state: z.enum(['in_progress', 'done']),
  until: z.string(),
  expires_at: z.number(),
});

/**
 * Items of the table `uploads` beside the uploads: a partition a user, so that one consistent query finds
 * them all, and one item a key. The key itself is not stored.
 */
export function dynamoIdempotencyStore(document: Document, table: string): IdempotencyStore {
  const partitionOf = (userId: string) => `idempotency#${userId}`;
  const keyOf = (userId: string, key: string) => ({
    upload_id: partitionOf(userId),
    item: createHash('sha256').update(key).digest('hex'),
  });

  async function read(userId: string, key: string) {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: keyOf(userId, key), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : entry.parse(Item);
  }

  async function* itemsOf(userId: string): AsyncGenerator<Record<string, unknown>> {
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await document.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'upload_id = :user',
          ExpressionAttributeValues: { ':user': partitionOf(userId) },
          ConsistentRead: true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      yield* Items;
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    async begin(userId, key, { fingerprint, uploadId, now, until }) {
      const expires_at = Math.floor(Date.parse(now) / 1000) + KEEP_SECONDS;
      const own = { fingerprint, attempt: uploadId, state: 'in_progress', until, expires_at };
      const put = (condition: string, values?: Record<string, unknown>) =>
        wins(
          document.send(
            new PutCommand({
              TableName: table,
              Item: { ...keyOf(userId, key), ...own },
              ConditionExpression: condition,
              ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
            }),
          ),
        );
      for (;;) {
        if (await put('attribute_not_exists(upload_id)')) {
          return { outcome: 'begun', abandonedUploadId: undefined };
        }
        const found = await read(userId, key);
        if (found === undefined) continue;
        if (found.attempt === uploadId) return { outcome: 'begun', abandonedUploadId: undefined };
        const expired = found.expires_at <= Date.parse(now) / 1000;
        if (!expired && found.fingerprint !== fingerprint) return { outcome: 'other_body' };
        if (!expired && found.state === 'done') return { outcome: 'done', uploadId: found.attempt };
        if (!expired && found.until > now) return { outcome: 'in_progress' };
        if (await put('attempt = :attempt', { ':attempt': found.attempt })) {
          return {
            outcome: 'begun',
            abandonedUploadId: found.state === 'done' ? undefined : found.attempt,
          };
        }
      }
    },

    async finish(userId, key, uploadId) {
      return wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(userId, key),
            UpdateExpression: 'SET #state = :done',
            ConditionExpression: 'attempt = :attempt',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':done': 'done', ':attempt': uploadId },
          }),
        ),
      );
    },

    async forget(userId, key, uploadId) {
      await wins(
        document.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(userId, key),
            ConditionExpression: 'attempt = :attempt',
            ExpressionAttributeValues: { ':attempt': uploadId },
          }),
        ),
      );
    },

    async ofUser(userId, now) {
      const used: UsedKey[] = [];
      for await (const item of itemsOf(userId)) {
        const { attempt, state, expires_at } = entry.parse(item);
        const keptUntil = new Date(expires_at * 1000);
        if (keptUntil > now) used.push({ uploadId: attempt, state, keptUntil });
      }
      return used;
    },

    async forgetUser(userId) {
      for await (const { upload_id, item } of itemsOf(userId)) {
        await document.send(new DeleteCommand({ TableName: table, Key: { upload_id, item } }));
      }
    },
  };
}
