import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import type { RevocationRepository } from '../domain/ports.ts';
import { queryPartition } from './query-partition.ts';

const LIST = 'revoked';
const revocationItem = z.object({ id: z.string(), expires_at: z.number() });

/** All in one partition, so that one consistent query reads the list. */
export function dynamoRevocationRepository(document: Document, table: string): RevocationRepository {
  return {
    async add(id, until) {
      // Put again it only stays longer: every end of one id is the same, or later.
      const expires_at = Math.ceil(until.getTime() / 1_000);
      await document.send(new PutCommand({ TableName: table, Item: { list: LIST, id, expires_at } }));
    },

    async list(at) {
      const items = await queryPartition(document, table, { list: LIST });
      return items
        .map((item) => revocationItem.parse(item))
        .filter(({ expires_at }) => expires_at * 1_000 > at.getTime())
        .map(({ id }) => id);
    },
  };
}
