import type { CairnEvent } from '@cairn/shared/events/event-envelope';

/** Waits in a user's item as the to-do by which any process finishes what was begun with the account. */
export const unfinished = (
  userId: string,
  at: { id: string; date: string; revision: number },
): CairnEvent => ({
  id: at.id,
  type: 'user.unfinished',
  occurred_at: at.date,
  user_id: userId,
  revision: at.revision,
});
