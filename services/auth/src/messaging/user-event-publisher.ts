import type { PublishEvent } from '@cairn/shared/messaging/event-publisher';
import type { FinishUserDeletion } from '../domain/finish-user-deletion.ts';

/**
 * What the outbox relay of the users publishes through. `user.deleted` leaves only after the clean-up of its
 * tombstone, so the event that waits in the item is also the to-do by which the sweep resumes a deletion that
 * a crash has interrupted.
 */
export function userEventPublisher(deps: {
  finishUserDeletion: FinishUserDeletion;
  publish: PublishEvent;
}): PublishEvent {
  return async (event) => {
    if (event.type === 'user.deleted') await deps.finishUserDeletion(event.user_id);
    await deps.publish(event);
  };
}
