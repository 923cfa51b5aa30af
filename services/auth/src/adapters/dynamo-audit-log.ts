import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { AuditLog } from '../domain/account-ports.ts';
import type { AuditEntry } from '../domain/audit.ts';

const LOG = 'accounts';

const stored = z.object({
  entry: z.string(),
  entry_id: z.string(),
  date: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  role: z.string().optional(),
  subject: z.string(),
  reason: z.string(),
});

export function dynamoAuditLog(document: Document, table: string): AuditLog {
  return {
    async append(entry) {
      await wins(
        document.send(
          new PutCommand({
            TableName: table,
            Item: { log: LOG, entry: `${entry.date}#${entry.entry_id}`, ...entry },
            // An entry is there for good: the same one again is a repeat, and another has another key.
            ConditionExpression: 'attribute_not_exists(#log)',
            ExpressionAttributeNames: { '#log': 'log' },
          }),
        ),
      );
    },

    async list({ limit, after }) {
      const { Items = [], LastEvaluatedKey } = await document.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: after === undefined ? '#log = :log' : '#log = :log AND #entry < :after',
          ExpressionAttributeNames: { '#log': 'log', ...(after === undefined ? {} : { '#entry': 'entry' }) },
          ExpressionAttributeValues: { ':log': LOG, ...(after === undefined ? {} : { ':after': after }) },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      const parsed = Items.map((item) => stored.parse(item));
      const last = parsed.at(-1)?.entry;
      const entries = parsed.map(({ entry: _key, ...entry }) => entry as AuditEntry);
      return { entries, ...(LastEvaluatedKey === undefined || last === undefined ? {} : { next: last }) };
    },
  };
}
