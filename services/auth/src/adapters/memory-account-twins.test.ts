import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import { accountRepositoryContract } from '../contracts/account-repository.contract.ts';
import { exportRepositoryContract } from '../contracts/export-repository.contract.ts';
import { exportItemKey } from '../domain/exporting/account-export.ts';
import {
  auditLogContract,
  deletionRepositoryContract,
  staffRepositoryContract,
} from '../contracts/staff-and-audit.contract.ts';
import { memoryAccountRepository } from './memory-account-repository.ts';
import { memoryAuditLog } from './memory-audit-log.ts';
import { memoryDeletionRepository } from './memory-deletion-repository.ts';
import { memoryExportRepository } from './memory-export-repository.ts';
import { memoryStaffRepository } from './memory-staff-repository.ts';
import { memoryUserRepository } from './memory-user-repository.ts';

accountRepositoryContract('memory', () => {
  const users = memoryUserRepository();
  const accounts = memoryAccountRepository(users);
  return { users, accounts, waiting: async (asin) => users.outbox.get(asin) ?? [] };
});
staffRepositoryContract('memory', () => {
  const staff = memoryStaffRepository();
  return { staff, waiting: async () => staff.outbox };
});
exportRepositoryContract('memory', () => {
  const outbox = new Map<string, CairnEvent[]>();
  const exports = memoryExportRepository(outbox);
  return { exports, waiting: async (userId) => outbox.get(exportItemKey(userId)) ?? [] };
});
auditLogContract('memory', memoryAuditLog);
deletionRepositoryContract('memory', memoryDeletionRepository);
