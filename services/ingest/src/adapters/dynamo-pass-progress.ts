import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { z } from '@hono/zod-openapi';
import type { PassProgress } from '../domain/orphans/slow-pass.ts';

const placeItem = z.object({ after: z.string().optional(), not_before: z.string() });

/** Items of the table `uploads` beside the uploads: one a pass. */
export function dynamoPassProgress(document: Document, table: string): PassProgress {
  const keyOf = (pass: string) => ({ upload_id: `pass#${pass}`, item: 'pass' });
  return {
    async find(pass) {
      const { Item } = await document.send(
        new GetCommand({ TableName: table, Key: keyOf(pass), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { after, not_before } = placeItem.parse(Item);
      return { after, notBefore: not_before };
    },
    async keep(pass, { after, notBefore }) {
      const item = { ...keyOf(pass), after, not_before: notBefore };
      await document.send(new PutCommand({ TableName: table, Item: item }));
    },
  };
}
