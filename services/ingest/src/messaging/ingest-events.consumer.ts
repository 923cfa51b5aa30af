import { cairnEvent } from '@cairn/shared/events/event-envelope';
import type { WriteExportPart } from '@cairn/shared/exports/write-export-part';
import type { PublishEvent } from '@cairn/shared/messaging/event-publisher';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { FollowDeletion } from '../domain/ending/follow-deletion.ts';
import type { FollowRemoval } from '../domain/ending/follow-removal.ts';

export interface IngestEventsDeps {
  readonly follow: FollowDeletion & { removed: FollowRemoval };
  readonly report: PublishEvent;
  readonly writeExportPart: WriteExportPart;
  readonly now: () => Date;
}

/**
 * What was deleted, of users, assets, releases and pictures, and exports, from the topic `asset-events`. All
 * reactions are safe to repeat. What was ended of a user is reported before the message is deleted, so that the
 * message is the to-do of the report too.
 */
export function ingestEventsConsumer({
  follow,
  report,
  writeExportPart,
  now,
}: IngestEventsDeps): MessageHandler {
  return async (message) => {
    const event = cairnEvent.safeParse(parseJson(message.body));
    if (!event.success) throw new PoisonMessageError('not an event that this version knows');
    if (event.data.type === 'user.deleted') {
      const { id, revision, user_id } = event.data;
      const uploads = await follow.userDeleted(user_id);
      await report({
        id: `${id}.ingest`,
        type: 'user.purged',
        occurred_at: now().toISOString(),
        revision,
        user_id,
        counts: { uploads },
      });
    }
    if (event.data.type === 'user.export_requested') await writeExportPart(event.data);
    if (event.data.type === 'asset.deleted') await follow.assetDeleted(event.data.user_id, event.data.asin);
    if (event.data.type === 'release.deleted' || event.data.type === 'asset.updated') {
      // Visible and not settled yet, which it is in a moment: the message comes back.
      if (!(await follow.removed(event.data.asin))) throw new Error('the asset is not settled yet');
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
}
