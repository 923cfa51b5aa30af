import { cairnEvent } from '@cairn/shared/events/event-envelope';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { MessageHandler } from '@cairn/shared/messaging/sqs-consumer';
import type { NotePurge } from '../domain/note-purge.ts';

/** What the services report to auth. The first report of a step counts, so a message may come again or late. */
export function authEventsConsumer(deps: { notePurge: NotePurge }): MessageHandler {
  return async ({ body }) => {
    const event = cairnEvent.safeParse(parseJson(body));
    if (!event.success || event.data.type !== 'user.purged') {
      throw new PoisonMessageError('not an event that auth asked for');
    }
    const { user_id: userId, counts, occurred_at: date } = event.data;
    if (await deps.notePurge({ userId, counts, date })) return;
    throw new PoisonMessageError('tells of the deletion of a user who is not deleted');
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
}
