import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { DeletionRepository } from '../domain/account-ports.ts';
import { DELETION_STEPS } from '../domain/deletion.ts';

const stored = z.object({
  deletion_id: z.string(),
  assets: z.enum(['delete', 'keep']),
  date_requested: z.iso.datetime(),
  steps: z.partialRecord(
    z.enum(DELETION_STEPS),
    z.object({ count: z.number().int().nonnegative(), date: z.iso.datetime() }),
  ),
  expires_at: z.number().int(),
});

export function dynamoDeletionRepository(document: Document, table: string): DeletionRepository {
  return {
    async create(deletion) {
      await wins(
        document.send(
          new PutCommand({
            TableName: table,
            Item: { ...deletion },
            // Made again by a repeat only: its id is new.
            ConditionExpression: 'attribute_not_exists(deletion_id)',
          }),
        ),
      );
    },

    async find(deletionId) {
      const { Item } = await document.send(
        new GetCommand({ TableName: table, Key: { deletion_id: deletionId }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : stored.parse(Item);
    },

    async report(deletionId, step, report, expiresAt) {
      await wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: { deletion_id: deletionId },
            UpdateExpression: 'SET steps.#step = :report, expires_at = :expires',
            ConditionExpression: 'attribute_exists(deletion_id) AND attribute_not_exists(steps.#step)',
            ExpressionAttributeNames: { '#step': step },
            ExpressionAttributeValues: { ':report': report, ':expires': expiresAt },
          }),
        ),
      );
    },
  };
}
