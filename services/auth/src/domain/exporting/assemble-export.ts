import { EXPORT_PARTS, type ExportId, type ExportPart } from '@cairn/shared/exports/export-parts';
import type { ExportRepository, ExportStore } from './account-export.ts';

export interface AssembleExportDeps {
  readonly exports: Pick<ExportRepository, 'notePart' | 'finish'>;
  readonly exportStore: Pick<ExportStore, 'assemble' | 'removeParts' | 'removeArchive'>;
  readonly now: () => Date;
}

export type NoteExportPart = (of: ExportId, part: ExportPart, date: string) => Promise<void>;

/**
 * Notes that a part is there, and with the last one puts the archive together; the message of that part is the
 * to-do until the archive is on record. Two that do it at once write the same bytes to the same place, and the
 * record of the first one counts. Who finds the export gone, with its account or for a newer one, leaves nothing.
 */
export function noteExportPart({ exports, exportStore, now }: AssembleExportDeps): NoteExportPart {
  return async (of, part, date) => {
    const noted = await exports.notePart(of, part, date);
    if (noted === undefined) return leaveNothing(of);
    if (noted.archive === undefined) {
      if (EXPORT_PARTS.some((each) => noted.parts[each] === undefined)) return;
      const archive = await exportStore.assemble(of, noted.date_requested);
      const isThere = await exports.finish(of, { ...archive, date: now().toISOString() });
      if (!isThere) return leaveNothing(of);
    }
    await exportStore.removeParts(of);
  };

  async function leaveNothing(of: ExportId): Promise<void> {
    await exportStore.removeParts(of);
    await exportStore.removeArchive(of);
  }
}
