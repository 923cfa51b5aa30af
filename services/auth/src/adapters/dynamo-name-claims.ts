import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { NameClaimRepository } from '../domain/ports.ts';
import type { NameClaim } from '../domain/user.ts';
import { gatheredReads } from './gathered-reads.ts';
import { claimKey, parseClaim } from './user-items.ts';

const CONDITIONS = {
  free: 'attribute_not_exists(asin)',
  own: 'user_id = :user',
  /** `claimed_at` and the holder's id together are never used twice. */
  asRead: 'user_id = :user AND claimed_at = :claimed AND #state = :state',
} as const;

const STATE = { '#state': 'state' } as const;

export function dynamoNameClaims(document: Document, table: string): NameClaimRepository {
  const read = gatheredReads(document);

  async function find(name: string): Promise<NameClaim | undefined> {
    const item = await read(table, { asin: claimKey(name) });
    return item === undefined ? undefined : parseClaim(item);
  }

  function put({ name, ...claim }: NameClaim, replacing: NameClaim | undefined): Promise<boolean> {
    const condition =
      replacing === undefined
        ? { ConditionExpression: CONDITIONS.free }
        : {
            ConditionExpression: CONDITIONS.asRead,
            ExpressionAttributeNames: STATE,
            ExpressionAttributeValues: {
              ':user': replacing.user_id,
              ':claimed': replacing.claimed_at,
              ':state': replacing.state,
            },
          };
    return wins(
      document.send(
        new PutCommand({ TableName: table, Item: { asin: claimKey(name), ...claim }, ...condition }),
      ),
    );
  }

  return {
    find,

    async claim(claim, replacing) {
      let expected = replacing;
      for (;;) {
        if (await put(claim, expected)) return claim;
        const holder = await find(claim.name);
        if (holder !== undefined) return holder;
        // Released between the write and the read.
        expected = undefined;
      }
    },

    confirm(name, userId) {
      return wins(
        document.send(
          new UpdateCommand({
            TableName: table,
            Key: { asin: claimKey(name) },
            UpdateExpression: 'SET #state = :confirmed',
            ConditionExpression: CONDITIONS.own,
            ExpressionAttributeNames: STATE,
            ExpressionAttributeValues: { ':user': userId, ':confirmed': 'confirmed' },
          }),
        ),
      );
    },

    async release(name, userId) {
      await wins(
        document.send(
          new DeleteCommand({
            TableName: table,
            Key: { asin: claimKey(name) },
            ConditionExpression: CONDITIONS.own,
            ExpressionAttributeValues: { ':user': userId },
          }),
        ),
      );
    },
  };
}
