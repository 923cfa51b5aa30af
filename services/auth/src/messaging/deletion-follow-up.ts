import type { Logger } from '@cairn/shared/logging/logger';
import type { OutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import type { FinishUserDeletion } from '../domain/finish-user-deletion.ts';

export interface DeletionFollowUp {
  /** Cleans up, and starts to announce without waiting for the topic; never rejects. */
  run(userId: string): Promise<void>;
  /** Lets announcements under way end. */
  drain(): Promise<void>;
}

/** Does at once what the outbox sweep would do later; a failure here costs only the time until that. */
export function deletionFollowUp(deps: {
  finishUserDeletion: FinishUserDeletion;
  relay: OutboxRelay;
  logger: Logger;
}): DeletionFollowUp {
  const announcing = new Set<Promise<void>>();
  const leftToSweep = (error: unknown) =>
    deps.logger.warn({ err: error }, 'the rest of a deletion is left to the sweep');

  return {
    async run(userId) {
      try {
        await deps.finishUserDeletion(userId);
      } catch (error) {
        leftToSweep(error);
        return;
      }
      const announcement: Promise<void> = deps.relay
        .relay(userId)
        .catch(leftToSweep)
        .finally(() => announcing.delete(announcement));
      announcing.add(announcement);
    },
    async drain() {
      await Promise.all(announcing);
    },
  };
}
