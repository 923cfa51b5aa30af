import type { AuditLog, AuditPage, StaffRepository } from './account-ports.ts';
import { demandAdmin } from './staff.ts';

export type ListAudit = (input: {
  readonly actor: string;
  readonly limit: number;
  readonly after: string | undefined;
}) => Promise<AuditPage>;

export function listAudit(deps: {
  readonly staff: Pick<StaffRepository, 'read'>;
  readonly audit: AuditLog;
}): ListAudit {
  return async ({ actor, limit, after }) => {
    demandAdmin(await deps.staff.read(), actor);
    return deps.audit.list({ limit, after });
  };
}
