import { OUTBOX_SHARDS, outboxWith } from '@cairn/shared/messaging/outbox';
import { assetRecord, type AssetRecord } from '@cairn/shared/records/asset-record';
import type { AssetRepository } from '../domain/ports.ts';

const PAGE = 3;

/** The twin of the table. `put` stands for what ingest and the relay write beside the repository. */
export function memoryAssetRepository(): AssetRepository & { put(record: AssetRecord): void } {
  const items = new Map<string, AssetRecord>();
  const put = (record: AssetRecord) =>
    void items.set(record.asin, assetRecord.parse(structuredClone(record)));
  const read = (asin: string) => structuredClone(items.get(asin));
  const at = (asin: string, revision: number) => {
    const item = items.get(asin);
    return item?.status === 'published' && item.revision === revision ? item : undefined;
  };

  return {
    put,
    get: async (asin) => read(asin),
    getMany: async (asins) => asins.flatMap((asin) => read(asin) ?? []),
    async *scan() {
      const asins = [...items.keys()];
      for (let start = 0; start < asins.length; start += PAGE) {
        yield asins.slice(start, start + PAGE).flatMap((asin) => read(asin) ?? []);
      }
    },
    async edit(asset, changes, event) {
      const item = at(asset.asin, asset.revision);
      if (item === undefined) return false;
      put({
        ...item,
        ...changes,
        revision: event.revision,
        date_updated: event.occurred_at,
        last_event_id: event.id,
        ...outboxWith(asset.asin, event, asset.outbox),
      });
      return true;
    },
    async bury(asset, tombstone) {
      if (at(asset.asin, asset.revision) === undefined) return false;
      put(tombstone);
      return true;
    },
    async *idsOfOwner(userId) {
      yield [...items.values()].filter((item) => item.user_id === userId).map((item) => item.asin);
    },
    async purgesDue(now) {
      const due = [...items.values()].filter(({ due_at, due_shard }) => {
        return due_at !== undefined && due_at <= now && Number(due_shard) < OUTBOX_SHARDS;
      });
      return due.map((item) => item.asin);
    },
    async settlePurge({ asin, due_at }, next) {
      const item = items.get(asin);
      if (item?.status !== 'deleted' || item.due_at !== due_at) return false;
      const { due_at: _at, due_shard, clean_passes: _passes, ...rest } = item;
      put(
        next.kind === 'done'
          ? rest
          : { ...rest, due_shard, due_at: next.dueAt, clean_passes: next.cleanPasses },
      );
      return true;
    },
    async settleLeftovers(asset, left) {
      const item = at(asset.asin, asset.revision);
      if (item === undefined || item.due_at !== asset.due_at) return false;
      put({ ...item, leftovers: undefined, due_at: undefined, due_shard: undefined, ...left });
      return true;
    },
    async raiseDownloads(asin, total) {
      const item = items.get(asin);
      if (item?.status !== 'published') return false;
      if (item.downloads < total) put({ ...item, downloads: total });
      return true;
    },
  };
}
