import { DomainError, invalidField } from '@cairn/shared/errors/domain-error';
import type { ImageRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { isNobody } from './assets/nobody.ts';
import type { ChangeAsset } from './change-asset.ts';
import { withLeftovers } from './deletion/leftovers.ts';
import { mayEdit } from './get-asset.ts';
import type { RecordModeration } from './moderation/moderation-log.ts';
import type { AssetChanges, OwnerEdit } from './ports.ts';

export interface EditDeps {
  change: ChangeAsset;
  recordModeration: RecordModeration;
  /** How long a picture that was removed may still be shown by a cache. */
  keepPicturesMs: number;
}

export interface EditInput {
  asin: string;
  userId: string;
  isModerator?: boolean | undefined;
  /** The revisions that the edit is meant for. */
  revisions: ReadonlySet<number>;
  changes: OwnerEdit;
}

/**
 * The asset after the edit. Of two edits of one revision one wins; the other is told of the mismatch. An
 * asset that nobody owns any more is edited by moderators, and what they do is on record before it is done.
 */
export function editAsset({ change, recordModeration, keepPicturesMs }: EditDeps) {
  return async (input: EditInput): Promise<PublishedAsset> => {
    const { asin, userId, isModerator = false, revisions, changes } = input;
    const isRecorded =
      isModerator &&
      (await recordModeration(
        { asin, act: 'edited', moderator: userId, reason: 'The asset has no owner.' },
        (asset) => isNobody(asset.user_id),
      ));
    const decide = (asset: PublishedAsset, at: string): AssetChanges => {
      if (!mayEdit(asset, userId) && !(isRecorded && isNobody(asset.user_id))) {
        throw new DomainError('asset.not_owner');
      }
      const { images, ...fields } = changes;
      if (images === undefined) return fields;
      const dueAt = new Date(Date.parse(at) + keepPicturesMs).toISOString();
      return { ...fields, ...rearranged(asset, images, dueAt) };
    };
    return change({ asin, userId, isModerator, revisions, decide });
  };
}

/** The pictures that are kept, in the order of their ids; the others stay until no cache shows them. */
function rearranged(asset: PublishedAsset, ids: readonly string[], dueAt: string): AssetChanges {
  const left = new Map(asset.images.map((image) => [image.image_id, image]));
  const kept: ImageRecord[] = [];
  for (const [i, id] of ids.entries()) {
    const image = left.get(id);
    if (image === undefined) {
      throw invalidField(
        `/images/${i}`,
        'image.unknown',
        'is none of the asset’s pictures, or is named twice',
        'Name each picture that stays once; new ones are added by an upload.',
      );
    }
    left.delete(id);
    kept.push(image);
  }
  if (left.size === 0) return { images: kept };
  const removed = [...left.values()].map(({ image_id, variants }) => ({
    folder: image_id,
    leftover: { due_at: dueAt, keys: variants.map(({ key }) => key) },
  }));
  const freed = [...left.values()].reduce((sum, { original_size = 0 }) => sum + original_size, 0);
  const removed_bytes = (asset.removed_bytes ?? 0) + freed;
  return { images: kept, removed_bytes, ...withLeftovers(asset, removed) };
}
