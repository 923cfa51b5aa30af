import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { wins } from '@cairn/shared/aws/conditions';
import type { QuotaLedger } from '../domain/ports.ts';
import { exceededQuotas, quotaPositions, type QuotaUsage } from '../domain/quota.ts';

/*
 * One item a user (I4, quota ledger): `total_bytes` and `total_assets` count what is published and what is
 * reserved; `reservations` (by upload id) and `assets` (by asin) say what for, and `returned` (by asin) what
 * of an asset was given back since, which makes every step idempotent. All of it in one item, so that every check-then-act is one conditional write.
 */
const ledger = z.object({
  total_bytes: z.number(),
  total_assets: z.number(),
  reservations: z.record(z.string(), z.object({ asin: z.string(), bytes: z.number(), assets: z.number() })),
  assets: z.record(z.string(), z.number()),
  returned: z.record(z.string(), z.number()).optional(),
});
type Ledger = z.infer<typeof ledger>;

/** What was given back of the asset is still what was read. */
const returnedIs = (before: number) =>
  before === 0 ? 'attribute_not_exists(returned.#asin)' : 'returned.#asin = :before';
const valueOf = (before: number) => (before === 0 ? {} : { ':before': before });

/** A ledger can hold hundreds of uploads and assets, each of which is looked up. */
const PAGE = 10;

export function dynamoQuotaLedger(document: Document, table: string): QuotaLedger {
  async function read(userId: string): Promise<Ledger | undefined> {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: { user_id: userId }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : ledger.parse(Item);
  }

  const update = (
    userId: string,
    input: {
      set: string;
      condition: string;
      names: Record<string, string>;
      values?: Record<string, unknown>;
    },
  ) =>
    wins(
      document.send(
        new UpdateCommand({
          TableName: table,
          Key: { user_id: userId },
          UpdateExpression: input.set,
          ConditionExpression: input.condition,
          ExpressionAttributeNames: input.names,
          ...(input.values === undefined ? {} : { ExpressionAttributeValues: input.values }),
        }),
      ),
    );

  const open = (userId: string) =>
    wins(
      document.send(
        new PutCommand({
          TableName: table,
          Item: {
            user_id: userId,
            total_bytes: 0,
            total_assets: 0,
            reservations: {},
            assets: {},
            returned: {},
          },
          ConditionExpression: 'attribute_not_exists(user_id)',
        }),
      ),
    );

  return {
    async reserve(userId, uploadId, wanted, quota) {
      const tryOnce = () =>
        update(userId, {
          set: 'SET total_bytes = total_bytes + :bytes, total_assets = total_assets + :assets, reservations.#upload = :wanted',
          condition:
            'attribute_not_exists(reservations.#upload) AND total_bytes <= :most_bytes AND total_assets <= :most_assets AND size(reservations) < :most_open',
          names: { '#upload': uploadId },
          values: {
            ':wanted': wanted,
            ':bytes': wanted.bytes,
            ':assets': wanted.assets,
            ':most_bytes': quota.bytes - wanted.bytes,
            ':most_assets': quota.assets - wanted.assets,
            ':most_open': quota.openUploads,
          },
        });
      for (;;) {
        if (await tryOnce()) return { outcome: 'reserved' };
        const current = await read(userId);
        if (current === undefined) {
          await open(userId);
          continue;
        }
        if (current.reservations[uploadId] !== undefined) return { outcome: 'reserved' };
        const exceeded = exceededQuotas(quotaPositions(usageOf(current), wanted, quota));
        // Nothing is exceeded: the ledger was opened, or something returned, between the write and the read.
        if (exceeded.length > 0) return { outcome: 'exceeded', exceeded };
      }
    },

    async usage(userId) {
      const current = await read(userId);
      return current === undefined ? { bytes: 0, assets: 0, openUploads: 0 } : usageOf(current);
    },

    async settle(userId, uploadId) {
      const reservation = (await read(userId))?.reservations[uploadId];
      if (reservation === undefined) return;
      await update(userId, {
        set: 'SET assets.#asin = if_not_exists(assets.#asin, :zero) + :bytes REMOVE reservations.#upload',
        condition: 'reservations.#upload.#bytes = :bytes',
        names: { '#upload': uploadId, '#asin': reservation.asin, '#bytes': 'bytes' },
        values: { ':zero': 0, ':bytes': reservation.bytes },
      });
    },

    async release(userId, uploadId) {
      const current = await read(userId);
      const reservation = current?.reservations[uploadId];
      if (current === undefined || reservation === undefined) return;
      // What changes between the read and the write is no matter: what is reserved for a deleted asset from
      // now on is never settled, and for one that is not published yet nobody else reserves.
      const isShared =
        current.assets[reservation.asin] !== undefined ||
        reservationsOf(current, reservation.asin).length > 1;
      const keepsAsset = reservation.assets > 0 && isShared;
      await update(userId, {
        set: keepsAsset
          ? 'SET total_bytes = total_bytes - :bytes, assets.#asin = if_not_exists(assets.#asin, :zero) REMOVE reservations.#upload'
          : 'SET total_bytes = total_bytes - :bytes, total_assets = total_assets - :assets REMOVE reservations.#upload',
        condition: 'reservations.#upload.#bytes = :bytes AND reservations.#upload.#assets = :assets',
        names: {
          '#upload': uploadId,
          '#bytes': 'bytes',
          '#assets': 'assets',
          ...(keepsAsset ? { '#asin': reservation.asin } : {}),
        },
        values: {
          ':bytes': reservation.bytes,
          ':assets': reservation.assets,
          ...(keepsAsset ? { ':zero': 0 } : {}),
        },
      });
    },

    async returnAsset(userId, asin) {
      for (;;) {
        const current = await read(userId);
        if (current === undefined) return [];
        // Only what was reserved before the deletion can still be settled, and this read is after it.
        const reserved = reservationsOf(current, asin);
        if (reserved.length > 0) return reserved;
        const bytes = current.assets[asin];
        if (bytes === undefined) return [];
        const before = current.returned?.[asin] ?? 0;
        const returned = await update(userId, {
          set: `SET total_bytes = total_bytes - :left, total_assets = total_assets - :one REMOVE assets.#asin${before === 0 ? '' : ', returned.#asin'}`,
          condition: `assets.#asin = :bytes AND ${returnedIs(before)}`,
          names: { '#asin': asin },
          values: { ':bytes': bytes, ':one': 1, ':left': bytes - before, ...valueOf(before) },
        });
        if (returned) return [];
      }
    },

    async returnRemoved(userId, asin, bytes) {
      for (;;) {
        const current = await read(userId);
        if (current === undefined) return true;
        const before = current.returned?.[asin] ?? 0;
        if (before >= bytes) return true;
        if (current.assets[asin] === undefined) return reservationsOf(current, asin).length === 0;
        const returned = await update(userId, {
          set: 'SET total_bytes = total_bytes - :more, returned.#asin = :bytes',
          condition: `attribute_exists(assets.#asin) AND ${returnedIs(before)}`,
          names: { '#asin': asin },
          values: { ':more': bytes - before, ':bytes': bytes, ...valueOf(before) },
        });
        if (returned) return true;
      }
    },

    async close(userId) {
      return wins(
        document.send(
          new DeleteCommand({
            TableName: table,
            Key: { user_id: userId },
            ConditionExpression: 'attribute_not_exists(user_id) OR size(reservations) = :none',
            ExpressionAttributeValues: { ':none': 0 },
          }),
        ),
      );
    },

    async page(after) {
      const { Items = [], LastEvaluatedKey } = await document.send(
        new ScanCommand({
          TableName: table,
          Limit: PAGE,
          ConsistentRead: true,
          ...(after === undefined ? {} : { ExclusiveStartKey: { user_id: after } }),
        }),
      );
      const ledgers = Items.map((item) => {
        const { reservations, assets } = ledger.parse(item);
        return {
          userId: String(item.user_id),
          uploadIds: Object.keys(reservations),
          asins: Object.keys(assets),
        };
      });
      return { ledgers, next: LastEvaluatedKey && String(LastEvaluatedKey.user_id) };
    },
  };
}

const reservationsOf = (current: Ledger, asin: string): string[] =>
  Object.keys(current.reservations).filter((id) => current.reservations[id]?.asin === asin);

const usageOf = (current: Ledger): QuotaUsage => ({
  bytes: current.total_bytes,
  assets: current.total_assets,
  openUploads: Object.keys(current.reservations).length,
});
