import type { CairnEvent } from '@cairn/shared/events/event-envelope';
import type { ExportId, ExportPart } from '@cairn/shared/exports/export-parts';
import type { ExportObjects } from '@cairn/shared/exports/s3-export-objects';

export interface Archive {
  readonly size_bytes: number;
  readonly sha256: string;
  readonly date: string;
}

/** The newest export of a user; there is one item a user, which goes with the account. */
export interface AccountExport {
  readonly user_id: string;
  readonly export_id: string;
  readonly date_requested: string;
  /** When each part was written. */
  readonly parts: Readonly<Partial<Record<ExportPart, string>>>;
  /** There once all parts have been put together. */
  readonly archive?: Archive;
}

/** Another can be asked for after this; what is not ready by then has failed. */
export const EXPORT_PAUSE_SECONDS = 3_600;
/** So long an archive can be fetched. */
export const EXPORT_KEPT_SECONDS = 86_400;

export type ExportState = 'running' | 'ready' | 'failed' | 'expired';

const after = (date: string, seconds: number): Date => new Date(Date.parse(date) + seconds * 1_000);

export const nextExportAt = ({ date_requested }: AccountExport): Date =>
  after(date_requested, EXPORT_PAUSE_SECONDS);

export const expiresAt = ({ archive, date_requested }: AccountExport): Date =>
  after(archive?.date ?? date_requested, EXPORT_KEPT_SECONDS);

export function stateOf(each: AccountExport, now: Date): ExportState {
  if (expiresAt(each) <= now) return 'expired';
  if (each.archive !== undefined) return 'ready';
  return nextExportAt(each) <= now ? 'failed' : 'running';
}

/** Key of its item, beside the users in their table, where their relay finds its event. */
export const exportItemKey = (userId: string): string => `export#${userId}`;

export interface ExportRepository {
  find(userId: string): Promise<AccountExport | undefined>;
  /** In the place of the one that was read, with the event; false when another is there by now. */
  begin(next: AccountExport, replacing: AccountExport | undefined, event: CairnEvent): Promise<boolean>;
  /** The first date of a part counts. Resolves to the export afterwards; undefined: it is not there any more. */
  notePart(of: ExportId, part: ExportPart, date: string): Promise<AccountExport | undefined>;
  /** The first archive counts; false: the export is not there any more. */
  finish(of: ExportId, archive: Archive): Promise<boolean>;
  remove(userId: string): Promise<void>;
}

/** The bucket of exports, as auth needs it. */
export interface ExportStore extends ExportObjects {
  /** One zip of all parts; the same parts and date give the same bytes. */
  assemble(of: ExportId, dateRequested: string): Promise<Omit<Archive, 'date'>>;
  removeParts(of: ExportId): Promise<void>;
  removeArchive(of: ExportId): Promise<void>;
  removeAllOf(userId: string): Promise<void>;
  /** Whatever was written before. */
  removeOlderThan(date: Date): Promise<void>;
  /** A URL for a short while. */
  presign(of: ExportId): Promise<{ readonly url: string; readonly expiresAt: Date }>;
}
