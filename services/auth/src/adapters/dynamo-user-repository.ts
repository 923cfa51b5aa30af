import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { outboxWith } from '@cairn/shared/messaging/outbox';
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

const STATUS = { '#status': 'status' } as const;

export function dynamoUserRepository(document: Document, table: string): UserRepository {
  const read = gatheredReads(document);

  async function find(asin: string): Promise<User | undefined> {
    const item = await read(table, { asin });
    return item === undefined ? undefined : parseUser(item);
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
      const write = new PutCommand({
        TableName: table,
        // Put, not update: whatever else was known about the user goes with it.
        Item: { ...tombstone, ...outboxWith(user.asin, event) },
        ConditionExpression: CONDITIONS.asRead,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: { ':active': 'active', ':revision': user.revision },
      });
      if (await wins(document.send(write))) return 'buried';
      // Buried by the try whose answer was lost, or by another request: the user is as gone as was asked for.
      return (await find(user.asin))?.status === 'deleted' ? 'buried' : 'changed';
    },

    async setPassword(user, { password, changedAt }) {
      const write = new UpdateCommand({
        TableName: table,
        Key: { asin: user.asin },
        UpdateExpression:
          changedAt === undefined
            ? 'SET password = :password, revision = revision + :one'
            : 'SET password = :password, revision = revision + :one, password_changed_at = :at',
        ConditionExpression: CONDITIONS.asRead,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: {
          ':active': 'active',
          ':revision': user.revision,
          ':one': 1,
          ':password': password,
          ...(changedAt === undefined ? {} : { ':at': changedAt }),
        },
      });
      if (await wins(document.send(write))) return 'set';
      // A hash has a salt of its own: where it stands, a try whose answer was lost has written it.
      const current = await find(user.asin);
      return current?.status === 'active' && current.password === password ? 'set' : 'changed';
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
