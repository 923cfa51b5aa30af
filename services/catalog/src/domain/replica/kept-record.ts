import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { isListed } from './search-document.ts';

/** Whether search should find it. */
export const isShown = (record: AssetRecord): boolean => record.status === 'published' && isListed(record);

/** Events are no business of readers; the downloads may be known better than the item was when it was read. */
export function withoutOutbox(record: AssetRecord, before: AssetRecord | undefined): AssetRecord {
  const { outbox: _outbox, outbox_shard: _shard, outbox_at: _at, ...kept } = record;
  if (kept.status === 'deleted' || before?.status !== 'published') return kept;
  return { ...kept, downloads: Math.max(kept.downloads, before.downloads) };
}

/** An empty list stays in their place: there are some, in the table. */
export const withoutWords = (record: AssetRecord): AssetRecord =>
  record.status === 'published' && hasWords(record) ? { ...record, file_words: [] } : record;

export const hasWords = (record: AssetRecord | undefined): boolean =>
  record?.status === 'published' && record.file_words !== undefined;
