import type { PublishEvent } from '@cairn/shared/messaging/event-publisher';
import type { AuditLog } from '../domain/account-ports.ts';
import { auditEntryOf } from '../domain/audit.ts';
import type { UserRepository } from '../domain/ports.ts';
import type { ExportRepository } from '../domain/exporting/account-export.ts';
import type { FinishUserDeletion } from '../domain/finish-user-deletion.ts';

/**
 * What the outbox relay of the users publishes through. `user.deleted` leaves only after the clean-up of its
 * tombstone, so the event that waits in the item is also the to-do by which the sweep resumes a deletion that
 * a crash has interrupted. Two kinds never leave: what is unfinished is finished, and acts go into the audit log.
 * A wish for an export that was written while its user was deleted goes no further, and its item neither stays.
 */
export function userEventPublisher(deps: {
  finishUserDeletion: FinishUserDeletion;
  /** Whatever else was begun with an account. */
  finishAccount: (userId: string) => Promise<void>;
  audit: Pick<AuditLog, 'append'>;
  users: Pick<UserRepository, 'find'>;
  exports: Pick<ExportRepository, 'remove'>;
  publish: PublishEvent;
}): PublishEvent {
  return async (event) => {
    if (event.type === 'user.unfinished') return deps.finishAccount(event.user_id);
    if (event.type === 'user.act_recorded') return deps.audit.append(auditEntryOf(event));
    if (event.type === 'user.deleted') await deps.finishUserDeletion(event.user_id);
    if (event.type === 'user.export_requested') {
      const user = await deps.users.find(event.user_id);
      if (user === undefined || user.status === 'deleted') return deps.exports.remove(event.user_id);
    }
    await deps.publish(event);
  };
}
