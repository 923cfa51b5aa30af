import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { AuditEntry } from './audit.ts';
import type { Deletion, DeletionStep, StepReport } from './deletion.ts';
import type { Staff } from './staff.ts';
import type { ActiveUser, DisabledUser } from './user.ts';

export type LivingUser = ActiveUser | DisabledUser;

/** What is given is set, what is undefined is removed, and everything else stays. */
export interface UserChanges {
  readonly status?: LivingUser['status'];
  readonly date_disabled?: string | undefined;
  readonly password?: string;
  readonly password_changed_at?: string;
  readonly password_changed_in?: string;
  readonly username?: string;
  readonly username_changed_at?: string;
  readonly renaming?: ActiveUser['renaming'] | undefined;
  readonly former_names?: readonly string[] | undefined;
}

/** Changes of a user that lives. */
export interface AccountRepository {
  /**
   * One conditional write of the user as it was read, with the events that belong to it; `changed` when the user
   * is another by now. `changeId` is new for every change, and is how a repeated write knows itself.
   */
  change(
    user: LivingUser,
    changes: UserChanges,
    options: { readonly changeId: string; readonly events?: readonly CairnEvent[] },
  ): Promise<'written' | 'changed'>;
}

/** Key of the staff's item, beside the users in their table. */
export const STAFF_KEY = 'staff#';

export interface StaffRepository {
  read(): Promise<Staff>;
  /** As `AccountRepository.change`, for the one item of the staff. */
  replace(
    staff: Staff,
    members: Staff['members'],
    options: { readonly changeId: string; readonly events: readonly CairnEvent[] },
  ): Promise<'written' | 'changed'>;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string;
}

export interface AuditLog {
  /** The same entry again changes nothing. */
  append(entry: AuditEntry): Promise<void>;
  /** The newest first. */
  list(options: { readonly limit: number; readonly after?: string | undefined }): Promise<AuditPage>;
}

export interface DeletionRepository {
  /** The same again changes nothing. */
  create(deletion: Deletion): Promise<void>;
  find(deletionId: string): Promise<Deletion | undefined>;
  /** The first report of a step counts; a deletion that is not there (any more) stays away. */
  report(deletionId: string, step: DeletionStep, report: StepReport, expiresAt: number): Promise<void>;
}

/** Does what waits in an item at once; never rejects, because the outbox sweep does the rest. */
export type FollowUp = (key: string) => Promise<void>;
