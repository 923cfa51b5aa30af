import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { StaffRole } from './staff.ts';

export const AUDITED_ACTIONS = ['role.set', 'user.disabled', 'user.enabled'] as const;

/** One administrative act. It is written once, and never changed or removed. */
export interface AuditEntry {
  readonly entry_id: string;
  readonly date: string;
  /** An administrator's asin, or `command`. */
  readonly actor: string;
  readonly action: string;
  /** The role that was given. */
  readonly role?: string;
  /** The asin of the user whom it was done to. */
  readonly subject: string;
  readonly reason: string;
}

export type ActRecorded = Extract<CairnEvent, { type: 'user.act_recorded' }>;

export interface Act {
  readonly actor: string;
  readonly action: (typeof AUDITED_ACTIONS)[number];
  readonly role?: StaffRole | 'user';
  readonly subject: string;
  readonly reason: string;
}

/** An act as it waits, in the item that it changed, for its way into the log. */
export function actRecorded(act: Act, at: { id: string; date: string; revision: number }): ActRecorded {
  return {
    id: at.id,
    type: 'user.act_recorded',
    occurred_at: at.date,
    revision: at.revision,
    user_id: act.subject,
    actor: act.actor,
    action: act.action,
    reason: act.reason,
    ...(act.role === undefined ? {} : { role: act.role }),
  };
}

export const auditEntryOf = (event: ActRecorded): AuditEntry => ({
  entry_id: event.id,
  date: event.occurred_at,
  actor: event.actor,
  action: event.action,
  ...(event.role === undefined ? {} : { role: event.role }),
  subject: event.user_id,
  reason: event.reason,
});
