/** What an account's export is put together from, a file each: auth's, ingest's and the catalog's. */
export const EXPORT_PARTS = ['account', 'uploads', 'assets'] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

export interface ExportId {
  readonly userId: string;
  readonly exportId: string;
}

/** Everything that is ever exported of a user is below one prefix, so that it goes with the account. */
export const exportsOf = (userId: string): string => `${userId}/`;

export const partsFolder = ({ userId, exportId }: ExportId): string =>
  `${exportsOf(userId)}${exportId}/parts/`;

export const partKey = (of: ExportId, part: ExportPart): string => `${partsFolder(of)}${part}.json`;

export const archiveKey = ({ userId, exportId }: ExportId): string =>
  `${exportsOf(userId)}${exportId}/cairn-export.zip`;
