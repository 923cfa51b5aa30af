import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeyRepository } from '../domain/ports.ts';
import { queryPartition } from './query-partition.ts';

const apiKeyItem = z.object({
  user_id: z.string(),
  key_id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  created_at: z.iso.datetime(),
  expires_at: z.number().int(),
  last_used_day: z.string().optional(),
  revoked_at: z.iso.datetime().optional(),
});

const CONDITIONS = {
  exists: 'attribute_exists(key_id)',
  later: 'attribute_exists(key_id) AND (attribute_not_exists(last_used_day) OR last_used_day < :day)',
} as const;

export function dynamoApiKeyRepository(document: Document, table: string): ApiKeyRepository {
  const keyOf = (user_id: string, key_id: string) => ({ TableName: table, Key: { user_id, key_id } });
  return {
    async create(key) {
      await document.send(new PutCommand({ TableName: table, Item: { ...key } }));
    },

    async find(userId, keyId) {
      const { Item } = await document.send(new GetCommand({ ...keyOf(userId, keyId), ConsistentRead: true }));
      return Item === undefined ? undefined : parseApiKey(Item);
    },

    async list(userId, at) {
      const items = await queryPartition(document, table, { user_id: userId });
      return items.map(parseApiKey).filter((key) => key.expires_at * 1_000 > at.getTime());
    },

    async revoke(userId, keyId, at) {
      const write = new UpdateCommand({
        ...keyOf(userId, keyId),
        UpdateExpression: 'SET revoked_at = if_not_exists(revoked_at, :at)',
        ConditionExpression: CONDITIONS.exists,
        ExpressionAttributeValues: { ':at': at.toISOString() },
      });
      await wins(document.send(write));
    },

    async remove(userId, keyId) {
      await document.send(new DeleteCommand(keyOf(userId, keyId)));
    },

    async noteUse(userId, keyId, day) {
      const write = new UpdateCommand({
        ...keyOf(userId, keyId),
        UpdateExpression: 'SET last_used_day = :day',
        ConditionExpression: CONDITIONS.later,
        ExpressionAttributeValues: { ':day': day },
      });
      await wins(document.send(write));
    },
  };
}

function parseApiKey(item: Record<string, unknown>): ApiKey {
  const { last_used_day, revoked_at, ...key } = apiKeyItem.parse(item);
  return {
    ...key,
    ...(last_used_day === undefined ? {} : { last_used_day }),
    ...(revoked_at === undefined ? {} : { revoked_at }),
  };
}
