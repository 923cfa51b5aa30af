import { wins } from '@cairn/shared/aws/conditions';
import {
  GetCommand,
  paginateQuery,
  paginateScan,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { setExpression } from '@cairn/shared/aws/set-expression';
import { OUTBOX_SHARDS, outboxWith } from '@cairn/shared/messaging/outbox';
import { assetRecord, type AssetRecord } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from '../domain/ports.ts';
import { batchGet } from './dynamo-batch-get.ts';
import { merged } from './merged.ts';

const SCAN_SEGMENTS = 4;
const DUE_LIMIT = 100;
// The tombstone's writer takes the outbox's shards for its `due` rows too.
const DUE_SHARDS = OUTBOX_SHARDS;

export function dynamoAssetRepository(options: { document: Document; table: string }): AssetRepository {
  const { document, table: TableName } = options;

  async function get(asin: string): Promise<AssetRecord | undefined> {
    const { Item } = await document.send(new GetCommand({ TableName, Key: { asin }, ConsistentRead: true }));
    return Item === undefined ? undefined : assetRecord.parse(Item);
  }

  /**
   * Whether a conditional write is in. The SDK repeats a call whose answer was lost, and the repetition meets
   * its own write: the item then names the event, for as long as nobody has written over it.
   */
  async function isWritten(write: Promise<unknown>, asin: string, eventId: string): Promise<boolean> {
    if (await wins(write)) return true;
    const record = await get(asin);
    return record?.last_event_id === eventId || record?.outbox?.[eventId] !== undefined;
  }

  async function keysDue(shard: string, now: string): Promise<string[]> {
    const { Items = [] } = await document.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': now },
        Limit: DUE_LIMIT,
      }),
    );
    return asins(Items);
  }

  return {
    get,

    async getMany(wanted) {
      const items = await batchGet(
        document,
        TableName,
        wanted.map((asin) => ({ asin })),
      );
      return items.map((item) => assetRecord.parse(item));
    },

    async *scan() {
      const segments = Array.from({ length: SCAN_SEGMENTS }, (_, Segment) =>
        paginateScan(
          { client: document },
          { TableName, ConsistentRead: true, Segment, TotalSegments: SCAN_SEGMENTS },
        ),
      );
      for await (const { Items = [] } of merged(segments)) {
        yield Items.map((item) => assetRecord.parse(item));
      }
    },

    async edit(asset, changes, event) {
      const { expression, names, values } = setExpression({
        ...changes,
        revision: event.revision,
        date_updated: event.occurred_at,
        last_event_id: event.id,
        ...outboxWith(asset.asin, event, asset.outbox),
      });
      const write = document.send(
        new UpdateCommand({
          TableName,
          Key: { asin: asset.asin },
          UpdateExpression: expression,
          ConditionExpression: '#revision = :expected AND #status = :published',
          ExpressionAttributeNames: { ...names, '#status': 'status' },
          ExpressionAttributeValues: { ...values, ':expected': asset.revision, ':published': 'published' },
        }),
      );
      return isWritten(write, asset.asin, event.id);
    },

    async bury(asset, tombstone) {
      const write = document.send(
        new PutCommand({
          TableName,
          Item: tombstone,
          ConditionExpression: '#revision = :expected AND #status = :published',
          ExpressionAttributeNames: { '#revision': 'revision', '#status': 'status' },
          ExpressionAttributeValues: { ':expected': asset.revision, ':published': 'published' },
        }),
      );
      return isWritten(write, asset.asin, tombstone.last_event_id ?? '');
    },

    async *idsOfOwner(userId) {
      const pages = paginateQuery(
        { client: document },
        {
          TableName,
          IndexName: 'by_owner',
          KeyConditionExpression: 'user_id = :user',
          ExpressionAttributeValues: { ':user': userId },
        },
      );
      for await (const { Items = [] } of pages) yield asins(Items);
    },

    async purgesDue(now) {
      const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => keysDue(String(shard), now));
      return (await Promise.all(shards)).flat();
    },

    async settlePurge(tombstone, next) {
      const seen = { ':seen': tombstone.due_at, ':deleted': 'deleted' };
      const write = document.send(
        new UpdateCommand({
          TableName,
          Key: { asin: tombstone.asin },
          UpdateExpression:
            next.kind === 'done'
              ? 'REMOVE due_shard, due_at, clean_passes'
              : 'SET due_at = :next, clean_passes = :clean',
          ConditionExpression: '#status = :deleted AND due_at = :seen',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues:
            next.kind === 'done' ? seen : { ...seen, ':next': next.dueAt, ':clean': next.cleanPasses },
        }),
      );
      return wins(write);
    },

    async settleLeftovers(asset, left) {
      const { expression, names, values } = setExpression({
        leftovers: left.leftovers,
        due_at: left.due_at,
        due_shard: left.due_shard,
      });
      const write = document.send(
        new UpdateCommand({
          TableName,
          Key: { asin: asset.asin },
          UpdateExpression: expression,
          ConditionExpression: '#status = :published AND revision = :revision AND due_at = :seen',
          ExpressionAttributeNames: { ...names, '#status': 'status' },
          ExpressionAttributeValues: {
            ...values,
            ':published': 'published',
            ':revision': asset.revision,
            ':seen': asset.due_at,
          },
        }),
      );
      return wins(write);
    },

    async raiseDownloads(asin, total) {
      const write = document.send(
        new UpdateCommand({
          TableName,
          Key: { asin },
          UpdateExpression: 'SET downloads = :total',
          ConditionExpression:
            '#status = :published AND (attribute_not_exists(downloads) OR downloads < :total)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':total': total, ':published': 'published' },
        }),
      );
      return (await wins(write)) || (await get(asin))?.status === 'published';
    },
  };
}

const asins = (items: readonly Record<string, unknown>[]): string[] =>
  items.flatMap(({ asin }) => (typeof asin === 'string' ? [asin] : []));
