import type { DeletionRepository } from '../domain/account-ports.ts';
import type { Deletion } from '../domain/deletion.ts';

export function memoryDeletionRepository(): DeletionRepository {
  const deletions = new Map<string, Deletion>();
  return {
    async create(deletion) {
      if (!deletions.has(deletion.deletion_id)) deletions.set(deletion.deletion_id, deletion);
    },
    async find(deletionId) {
      return deletions.get(deletionId);
    },
    async report(deletionId, step, report, expiresAt) {
      const current = deletions.get(deletionId);
      if (current === undefined || current.steps[step] !== undefined) return;
      const steps = { ...current.steps, [step]: report };
      deletions.set(deletionId, { ...current, steps, expires_at: expiresAt });
    },
  };
}
