import { PATH_LIMITS } from '@cairn/shared/fields/path-rules';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** What an archive may hold, told before by `GET /v1/limits`. Sizes in bytes. */
export const ARCHIVE_LIMITS = {
  /** Files and folders together. */
  entries: 20_000,
  pathBytes: PATH_LIMITS.bytes,
  /** Names in one path. */
  pathDepth: PATH_LIMITS.depth,
  /** One file, unpacked. */
  entryBytes: 8 * GIB,
  /** All files together, unpacked. */
  unpackedBytes: 20 * GIB,
  /** All files together may unpack to this many times the archive's own size ... */
  ratio: 100,
  /** ... and to this much more, for small archives of very even content (masks, blank height maps). */
  ratioFreeBytes: 64 * MIB,
  /** The central directory of a zip: 20,000 paths of full length take 6 MiB. */
  listingBytes: 16 * MIB,
  /** One extended header of a tar. */
  extendedHeaderBytes: 1 * MIB,
} as const;

/** How far an archive of this size may unpack. */
export function mayUnpackTo(archiveBytes: number): number {
  const { ratio, ratioFreeBytes, unpackedBytes } = ARCHIVE_LIMITS;
  return Math.min(unpackedBytes, ratioFreeBytes + ratio * archiveBytes);
}
