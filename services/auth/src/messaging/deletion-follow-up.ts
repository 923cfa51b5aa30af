import type { Logger } from '@cairn/shared/logging/logger';
import type { OutboxRelay } from '@cairn/shared/messaging/outbox-relay';
import type { FinishUserDeletion } from '../domain/finish-user-deletion.ts';

export interface DeletionFollowUp {
  /** Cleans up, and starts to announce without waiting for the topic; never rejects. */
  run(userId: string): Promise<void>;
  /** Starts to relay what waits in an item, of an act that is done. */
  announce(key: string): void;
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
  const leftToSweep = (error: unknown) => deps.logger.warn({ err: error }, 'the rest is left to the sweep');

  function announce(key: string): void {
    const announcement: Promise<void> = deps.relay
      .relay(key)
      .catch(leftToSweep)
      .finally(() => announcing.delete(announcement));
    announcing.add(announcement);
  }

  return {
    announce,
    async run(userId) {
      try {
        await deps.finishUserDeletion(userId);
      } catch (error) {
        leftToSweep(error);
        return;
      }
      announce(userId);
    },
    async drain() {
      await Promise.all(announcing);
    },
  };
}
