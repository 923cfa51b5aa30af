import { EXPORT_KEPT_SECONDS, type ExportRepository, type ExportStore } from './account-export.ts';

export type RemoveExports = (userId: string) => Promise<void>;

/** The record first: from then on nobody can finish an export, and who is at it removes what it has written. */
export function removeExports(deps: {
  readonly exports: Pick<ExportRepository, 'remove'>;
  readonly exportStore: Pick<ExportStore, 'removeAllOf'>;
}): RemoveExports {
  return async (userId) => {
    await deps.exports.remove(userId);
    await deps.exportStore.removeAllOf(userId);
  };
}

/** A part may be so much older than the archive, and a URL be good for so much longer. */
const MARGIN_SECONDS = 7_200;

/** By the age of the objects alone, so that also what nobody has on record goes. */
export function sweepExports(deps: {
  readonly exportStore: Pick<ExportStore, 'removeOlderThan'>;
  readonly now: () => Date;
}): () => Promise<void> {
  return () => {
    const seconds = EXPORT_KEPT_SECONDS + MARGIN_SECONDS;
    return deps.exportStore.removeOlderThan(new Date(deps.now().getTime() - seconds * 1_000));
  };
}
