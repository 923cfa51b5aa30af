import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '../aws/clients.ts';
import { wins } from '../aws/conditions.ts';
import { setExpression } from '../aws/set-expression.ts';
import type { CairnEvent } from '../events/event-envelope.ts';
import { ASSET_LIMITS } from '../fields/asset-limits.ts';
import { outboxWith } from '../messaging/outbox.ts';
import { assetRecord, type ImageRecord } from './asset-record.ts';

/** Pictures that one upload brings to an asset that is there. */
export interface NewPictures {
  readonly asin: string;
  /** Who uploaded them: the owner or a co-owner. */
  readonly user_id: string;
  readonly upload_id: string;
  /** In the order in which they follow what the asset has. */
  readonly images: readonly ImageRecord[];
}

/**
 * `published`: the asset shows this upload's pictures, or has shown them and they were removed since. The
 * others say why it never will.
 */
export type PicturesResult =
  | { readonly outcome: 'published'; readonly revision: number }
  | { readonly outcome: 'asset_gone' | 'too_many_pictures' | 'not_owner' };

/**
 * Ingest's write for pictures alone: one conditional write of the asset's item appends them and holds the
 * event. Idempotent by the upload's id for as long as `REMEMBERED_UPLOADS` others have not followed it.
 */
export type AddPictures = (pictures: NewPictures, eventId: string, now: string) => Promise<PicturesResult>;

export const REMEMBERED_UPLOADS = 50;

export function dynamoAddPictures(options: { document: Document; assetsTable: string }): AddPictures {
  const { document, assetsTable: TableName } = options;
  return async ({ asin, user_id, upload_id, images }, eventId, now) => {
    for (;;) {
      const { Item } = await document.send(
        new GetCommand({ TableName, Key: { asin }, ConsistentRead: true }),
      );
      const asset = Item === undefined ? undefined : assetRecord.parse(Item);
      if (asset?.status !== 'published') return { outcome: 'asset_gone' };
      const uploads = asset.picture_uploads ?? [];
      if (uploads.includes(upload_id)) return { outcome: 'published', revision: asset.revision };
      if (asset.user_id !== user_id && !asset.co_owners.includes(user_id)) return { outcome: 'not_owner' };
      if (asset.images.length + images.length > ASSET_LIMITS.pictures) {
        return { outcome: 'too_many_pictures' };
      }
      const revision = asset.revision + 1;
      const event: CairnEvent = {
        id: eventId,
        type: 'asset.updated',
        occurred_at: now,
        asin,
        user_id: asset.user_id,
        revision,
      };
      const { expression, names, values } = setExpression({
        images: [...asset.images, ...images],
        picture_uploads: [...uploads, upload_id].slice(-REMEMBERED_UPLOADS),
        revision,
        date_updated: now,
        ...outboxWith(asin, event, asset.outbox),
      });
      const write = document.send(
        new UpdateCommand({
          TableName,
          Key: { asin },
          UpdateExpression: expression,
          ConditionExpression: '#revision = :expected',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...values, ':expected': asset.revision },
        }),
      );
      // A lost race, and a lost answer, mean another revision, which the next round finds.
      if (await wins(write)) return { outcome: 'published', revision };
    }
  };
}
