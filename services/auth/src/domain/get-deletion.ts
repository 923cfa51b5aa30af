import { DomainError } from '@cairn/shared/errors/domain-error';
import type { DeletionRepository } from './account-ports.ts';
import { reportOf, type DeletionReport } from './deletion.ts';

export type GetDeletion = (deletionId: string) => Promise<DeletionReport>;

export function getDeletion(deps: {
  readonly deletions: Pick<DeletionRepository, 'find'>;
  readonly now: () => Date;
}): GetDeletion {
  return async (deletionId) => {
    const deletion = await deps.deletions.find(deletionId);
    if (deletion === undefined || deletion.expires_at * 1_000 <= deps.now().getTime()) {
      throw new DomainError('deletion.not_found');
    }
    return reportOf(deletion);
  };
}
