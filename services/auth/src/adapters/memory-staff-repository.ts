import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { StaffRepository } from '../domain/account-ports.ts';
import type { Staff } from '../domain/staff.ts';

export interface MemoryStaffRepository extends StaffRepository {
  readonly outbox: CairnEvent[];
}

export function memoryStaffRepository(): MemoryStaffRepository {
  let current: Staff = { members: {}, revision: 0 };
  let lastChangeId: string | undefined;
  const outbox: CairnEvent[] = [];
  return {
    outbox,
    async read() {
      return current;
    },
    async replace(staff, members, { changeId, events }) {
      if (lastChangeId === changeId) return 'written';
      if (staff.revision !== current.revision) return 'changed';
      current = { members, revision: staff.revision + 1 };
      lastChangeId = changeId;
      outbox.push(...events);
      return 'written';
    },
  };
}
