import { cairnEvent } from '@cairn/shared/events/event-envelope';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { FollowDeletion } from '../domain/follow-deletion.ts';

/** Deleted users and assets, from the topic `asset-events`. Both reactions are safe to repeat. */
export function deletionConsumer(follow: FollowDeletion): MessageHandler {
  return async (message) => {
    const event = cairnEvent.safeParse(parseJson(message.body));
    if (!event.success) throw new PoisonMessageError('not an event that this version knows');
    if (event.data.type === 'user.deleted') await follow.userDeleted(event.data.user_id);
    if (event.data.type === 'asset.deleted') await follow.assetDeleted(event.data.user_id, event.data.asin);
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
}
