import { DomainError } from '@cairn/shared/errors/domain-error';
import type { ExportId } from '@cairn/shared/exports/export-parts';
import {
  stateOf,
  type AccountExport,
  type ExportRepository,
  type ExportState,
  type ExportStore,
} from './account-export.ts';

export interface ExportProgress {
  readonly state: ExportState;
  readonly of: AccountExport;
  /** Of an archive that is ready. */
  readonly download?: { readonly url: string; readonly expiresAt: Date };
}

export type GetExport = (of: ExportId) => Promise<ExportProgress>;

/** Somebody else's is as unknown as none; so is one that a newer one has replaced. */
export function getExport(deps: {
  readonly exports: Pick<ExportRepository, 'find'>;
  readonly exportStore: Pick<ExportStore, 'presign'>;
  readonly now: () => Date;
}): GetExport {
  return async (id) => {
    const found = await deps.exports.find(id.userId);
    const state = found === undefined ? 'expired' : stateOf(found, deps.now());
    if (found?.export_id !== id.exportId || state === 'expired') throw new DomainError('export.not_found');
    if (state !== 'ready') return { state, of: found };
    return { state, of: found, download: await deps.exportStore.presign(id) };
  };
}
