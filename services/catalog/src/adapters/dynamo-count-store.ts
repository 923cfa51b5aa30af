import {
  BatchWriteCommand,
  GetCommand,
  paginateQuery,
  PutCommand,
  UpdateCommand,
  type BatchWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import { writeBatches } from '@cairn/shared/aws/write-batches';
import type { Claim, CountStore } from '../domain/downloads/count-store.ts';
import type { RowKey } from '../domain/downloads/tally-tree.ts';
import { atMost } from './at-most.ts';
import { attributesOf, CLAIM_ENTRY, ownerOf, rowOf } from './count-items.ts';
import { batchGet } from './dynamo-batch-get.ts';

type WriteRequest = NonNullable<NonNullable<BatchWriteCommandInput['RequestItems']>[string]>[number];

const LANES = 4;
/** A group of grants is hundreds of small calls; the requests of this process need the table too. */
const CALLS_AT_ONCE = 24;

export function dynamoCountStore(options: { document: Document; table: string }): CountStore {
  const { document, table: TableName } = options;

  const inTurn = atMost(CALLS_AT_ONCE);

  const writeBatch = async (batch: WriteRequest[]): Promise<WriteRequest[]> => {
    const { UnprocessedItems } = await document.send(
      new BatchWriteCommand({ RequestItems: { [TableName]: batch } }),
    );
    return UnprocessedItems?.[TableName] ?? [];
  };

  async function write(requests: readonly WriteRequest[]): Promise<void> {
    const perLane = Math.ceil(requests.length / LANES / 25) * 25;
    const lanes = Array.from({ length: LANES }, (_, i) => requests.slice(i * perLane, (i + 1) * perLane));
    await Promise.all(lanes.map((lane) => writeBatches(lane, writeBatch)));
  }

  const removeKeys = (keys: readonly RowKey[]) =>
    write(keys.map(({ scope, entry }) => ({ DeleteRequest: { Key: { scope, entry } } })));

  /** Whoever lost reads who won: it may have been itself, in a call whose answer was lost. */
  async function claimOne({ scope, owner, expiresAt }: Claim): Promise<string> {
    const Key = { scope, entry: CLAIM_ENTRY };
    const won = await wins(
      document.send(
        new PutCommand({
          TableName,
          Item: { ...Key, owner, expires_at: expiresAt },
          ConditionExpression: 'attribute_not_exists(#scope)',
          ExpressionAttributeNames: { '#scope': 'scope' },
        }),
      ),
    );
    if (won) return owner;
    const { Item } = await document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return ownerOf(Item);
  }

  return {
    async claim(claims) {
      const keys = claims.map(({ scope }) => ({ scope, entry: CLAIM_ENTRY }));
      const owners = new Map<string, string>();
      for (const item of await batchGet(document, TableName, keys)) {
        owners.set(String(item.scope), ownerOf(item));
      }
      const open = claims.filter(({ scope }) => !owners.has(scope));
      await Promise.all(
        open.map((claim) => inTurn(async () => owners.set(claim.scope, await claimOne(claim)))),
      );
      return owners;
    },

    put: (rows) =>
      write(
        rows.map((row) => ({
          PutRequest: { Item: { scope: row.scope, entry: row.entry, ...attributesOf(row) } },
        })),
      ),

    async raise(row) {
      const attributes = attributesOf(row);
      const names = Object.keys(attributes);
      const write = () =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: { scope: row.scope, entry: row.entry },
            UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
            ConditionExpression: 'attribute_not_exists(#raw) OR #raw < :raw',
            ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
            ExpressionAttributeValues: Object.fromEntries(
              names.map((name) => [`:${name}`, attributes[name]]),
            ),
          }),
        );
      await inTurn(() => wins(write()));
    },

    async get({ scope, entry }) {
      const { Item } = await document.send(
        new GetCommand({ TableName, Key: { scope, entry }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : rowOf(Item);
    },

    async list(scope, between) {
      const pages = paginateQuery(
        { client: document },
        {
          TableName,
          KeyConditionExpression: `#scope = :scope${between ? ' AND #entry BETWEEN :from AND :to' : ''}`,
          ExpressionAttributeNames: { '#scope': 'scope', ...(between ? { '#entry': 'entry' } : {}) },
          ExpressionAttributeValues: {
            ':scope': scope,
            ...(between ? { ':from': between.from, ':to': between.to } : {}),
          },
          ConsistentRead: true,
        },
      );
      return inTurn(async () => {
        const rows = [];
        for await (const { Items = [] } of pages) for (const item of Items) rows.push(rowOf(item));
        return rows;
      });
    },

    remove: removeKeys,
    removeClaims: (scopes) => removeKeys(scopes.map((scope) => ({ scope, entry: CLAIM_ENTRY }))),
  };
}
