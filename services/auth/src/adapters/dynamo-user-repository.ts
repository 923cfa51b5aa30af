import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { outboxAttributes, outboxWith } from '@cairn/shared/messaging/outbox';
import type { UserRepository } from '../domain/ports.ts';
import type { User } from '../domain/user.ts';
import { gatheredReads } from './gathered-reads.ts';
import { parseUser } from './user-items.ts';

const CONDITIONS = {
  absent: 'attribute_not_exists(asin)',
  active: '#status = :active',
  asRead: '#status = :active AND revision = :revision',
  deleted: '#status = :deleted',
} as const;

const stored = z.looseObject(outboxAttributes);

const STATUS = { '#status': 'status' } as const;

export function dynamoUserRepository(document: Document, table: string): UserRepository {
  const read = gatheredReads(document);

  async function find(asin: string): Promise<User | undefined> {
    const item = await read(table, { asin });
    return item === undefined ? undefined : parseUser(item);
  }

  async function waitingIn(asin: string) {
    const item = await read(table, { asin });
    return stored.parse(item ?? {}).outbox ?? {};
  }

  return {
    find,

    async create(user) {
      const write = new PutCommand({
        TableName: table,
        Item: { ...user },
        ConditionExpression: CONDITIONS.absent,
      });
      if (await wins(document.send(write))) return;
      // Ids are random, so a user with this one is this one, written by a try whose answer was lost.
      const existing = await find(user.asin);
      if (existing?.status === 'active' && existing.password === user.password) return;
      throw new Error(`the id ${user.asin} belongs to another user`);
    },

    async discard(asin) {
      await wins(
        document.send(
          new DeleteCommand({
            TableName: table,
            Key: { asin },
            ConditionExpression: CONDITIONS.active,
            ExpressionAttributeNames: STATUS,
            ExpressionAttributeValues: { ':active': 'active' },
          }),
        ),
      );
    },

    async bury(user, tombstone, event) {
      // Whoever has added one since changed the revision; one that the relay has taken since is appended twice.
      const acts = Object.entries(await waitingIn(user.asin)).filter(
        ([, { type }]) => type === 'user.act_recorded',
      );
      const write = new PutCommand({
        TableName: table,
        // Put, not update: whatever else was known about the user goes with it.
        Item: { ...tombstone, ...outboxWith(user.asin, event, Object.fromEntries(acts)) },
        ConditionExpression: CONDITIONS.asRead,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: { ':active': 'active', ':revision': user.revision },
      });
      if (await wins(document.send(write))) return 'buried';
      // Buried by the try whose answer was lost, or by another request: the user is as gone as was asked for.
      return (await find(user.asin))?.status === 'deleted' ? 'buried' : 'changed';
    },

    async setHash(user, hash) {
      const write = new UpdateCommand({
        TableName: table,
        Key: { asin: user.asin },
        UpdateExpression: 'SET password = :password, revision = revision + :one',
        ConditionExpression: CONDITIONS.asRead,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: {
          ':active': 'active',
          ':revision': user.revision,
          ':one': 1,
          ':password': hash,
        },
      });
      await wins(document.send(write));
    },

    async finishCleanup(asin) {
      await wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: { asin },
            UpdateExpression: 'REMOVE cleanup',
            ConditionExpression: CONDITIONS.deleted,
            ExpressionAttributeNames: STATUS,
            ExpressionAttributeValues: { ':deleted': 'deleted' },
          }),
        ),
      );
    },
  };
}
