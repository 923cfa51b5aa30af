import { DomainError } from '@cairn/shared/errors/domain-error';
import type { NewId } from '@cairn/shared/ids';
import type { UserRepository } from '../ports.ts';
import {
  exportItemKey,
  nextExportAt,
  stateOf,
  type AccountExport,
  type ExportRepository,
} from './account-export.ts';

export interface RequestExportDeps {
  readonly users: Pick<UserRepository, 'find'>;
  readonly exports: Pick<ExportRepository, 'find' | 'begin'>;
  /** Starts to relay the event; the outbox sweep does it later. */
  readonly announce: (key: string) => void;
  readonly now: () => Date;
  readonly newId: NewId;
}

export type RequestExport = (userId: string) => Promise<AccountExport>;

/** One write holds the export and the event that starts it; who asks again while it runs gets the same one. */
export function requestExport(deps: RequestExportDeps): RequestExport {
  const { exports } = deps;
  return async (userId) => {
    for (;;) {
      const [user, last] = await Promise.all([deps.users.find(userId), exports.find(userId)]);
      if (user?.status !== 'active') throw new DomainError('auth.invalid_token');
      const now = deps.now();
      if (last !== undefined) {
        if (stateOf(last, now) === 'running') return last;
        refuseTooSoon(last, now);
      }
      const next: AccountExport = {
        user_id: userId,
        export_id: deps.newId('export'),
        date_requested: now.toISOString(),
        parts: {},
      };
      const begun = await exports.begin(next, last, {
        id: deps.newId('event'),
        type: 'user.export_requested',
        occurred_at: next.date_requested,
        revision: 1,
        user_id: userId,
        export_id: next.export_id,
      });
      if (!begun) continue;
      deps.announce(exportItemKey(userId));
      return next;
    }
  };
}

function refuseTooSoon(last: AccountExport, now: Date): void {
  const at = nextExportAt(last);
  if (at <= now) return;
  throw new DomainError('export.too_soon', {
    retryAfterSeconds: Math.ceil((at.getTime() - now.getTime()) / 1_000),
    hint: `The last one is at /v1/exports/${last.export_id}.`,
  });
}
