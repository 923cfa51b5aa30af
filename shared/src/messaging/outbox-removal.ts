import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '../aws/clients.ts';
import { wins } from '../aws/conditions.ts';

/**
 * Removes events from an item's outbox, and with the last one the index keys. Whatever happened to the item
 * meanwhile, an event that is not named stays, and an item that is gone does not come back. The number of
 * events is bounded by an expression's 4 KB; some 50 are safe.
 */
export async function removeFromOutbox(
  document: Document,
  item: { readonly table: string; readonly key: Readonly<Record<string, string>> },
  eventIds: readonly string[],
): Promise<void> {
  const paths = eventIds.map((_, i) => `#outbox.#e${i}`);
  const names = Object.fromEntries(eventIds.map((id, i) => [`#e${i}`, id]));

  const update = (change: { expression: string; condition: string; withIds: boolean; size?: number }) =>
    wins(
      document.send(
        new UpdateCommand({
          TableName: item.table,
          Key: item.key,
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { '#outbox': 'outbox', ...(change.withIds ? names : {}) },
          ...(change.size === undefined ? {} : { ExpressionAttributeValues: { ':size': change.size } }),
        }),
      ),
    );

  const leaveIndex = 'REMOVE #outbox, outbox_shard, outbox_at';
  const isAll = ['size(#outbox) = :size', ...paths.map((path) => `attribute_exists(${path})`)].join(' AND ');
  const wasAll = await update({
    expression: leaveIndex,
    condition: isAll,
    withIds: true,
    size: eventIds.length,
  });
  if (wasAll) return;
  if (eventIds.length > 0) {
    await update({
      expression: `REMOVE ${paths.join(', ')}`,
      condition: 'attribute_exists(#outbox)',
      withIds: true,
    });
  }
  await update({
    expression: leaveIndex,
    condition: 'attribute_exists(outbox_shard) AND (attribute_not_exists(#outbox) OR size(#outbox) = :size)',
    withIds: false,
    size: 0,
  });
}
