import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { EXPORT_PARTS } from '@cairn/shared/exports/export-parts';
import { outboxWith } from '@cairn/shared/messaging/outbox';
import {
  exportItemKey,
  type AccountExport,
  type ExportRepository,
} from '../domain/exporting/account-export.ts';
import { gatheredReads } from './gathered-reads.ts';

const stored = z.object({
  user_id: z.string(),
  export_id: z.string(),
  date_requested: z.iso.datetime(),
  parts: z.partialRecord(z.enum(EXPORT_PARTS), z.iso.datetime()),
  archive: z.object({ size_bytes: z.number().int(), sha256: z.string(), date: z.iso.datetime() }).optional(),
});

const CONDITIONS = {
  absent: 'attribute_not_exists(asin)',
  asRead: 'export_id = :export',
  unnoted: 'export_id = :export AND attribute_not_exists(parts.#part)',
  unfinished: 'export_id = :export AND attribute_not_exists(#archive)',
} as const;

export function dynamoExportRepository(document: Document, table: string): ExportRepository {
  const read = gatheredReads(document);
  const keyOf = (userId: string) => ({ asin: exportItemKey(userId) });

  async function find(userId: string): Promise<AccountExport | undefined> {
    const item = await read(table, keyOf(userId));
    if (item === undefined) return undefined;
    const { archive, ...each } = stored.parse(item);
    return archive === undefined ? each : { ...each, archive };
  }

  async function findThis(userId: string, exportId: string): Promise<AccountExport | undefined> {
    const found = await find(userId);
    return found?.export_id === exportId ? found : undefined;
  }

  return {
    find,

    async begin(next, replacing, event) {
      const key = exportItemKey(next.user_id);
      const condition =
        replacing === undefined
          ? { ConditionExpression: CONDITIONS.absent }
          : {
              ConditionExpression: CONDITIONS.asRead,
              ExpressionAttributeValues: { ':export': replacing.export_id },
            };
      const write = new PutCommand({
        TableName: table,
        Item: { asin: key, ...next, ...outboxWith(key, event) },
        ...condition,
      });
      if (await wins(document.send(write))) return true;
      // Ids are random: where this one stands, a try whose answer was lost has written it.
      return (await findThis(next.user_id, next.export_id)) !== undefined;
    },

    async notePart({ userId, exportId }, part, date) {
      await wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(userId),
            UpdateExpression: 'SET parts.#part = :date',
            ConditionExpression: CONDITIONS.unnoted,
            ExpressionAttributeNames: { '#part': part },
            ExpressionAttributeValues: { ':export': exportId, ':date': date },
          }),
        ),
      );
      return findThis(userId, exportId);
    },

    async finish({ userId, exportId }, archive) {
      await wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(userId),
            UpdateExpression: 'SET #archive = :archive',
            ConditionExpression: CONDITIONS.unfinished,
            ExpressionAttributeNames: { '#archive': 'archive' },
            ExpressionAttributeValues: { ':export': exportId, ':archive': archive },
          }),
        ),
      );
      return (await findThis(userId, exportId)) !== undefined;
    },

    async remove(userId) {
      await document.send(new DeleteCommand({ TableName: table, Key: keyOf(userId) }));
    },
  };
}
