import { z } from '@hono/zod-openapi';

/*
 * The manifest of an archive, beside its copy in S3: NDJSON, a header line `{format, entries,
 * unpacked_bytes}` and then a line an entry, sorted by path (`path-order.ts`), no path twice. `path` is the
 * first member of a line.
 */
export const manifestEntry = z.object({
  path: z.string(),
  size: z.number().int().nonnegative(),
  sha256: z.string(),
  media_type: z.string(),
  /** Where the entry's bytes lie in the archive; absent in a tar.gz, which cannot be entered. */
  offset: z.number().int().nonnegative().optional(),
  length: z.number().int().nonnegative().optional(),
  method: z.enum(['stored', 'deflate']).optional(),
});

export type ManifestEntry = z.infer<typeof manifestEntry>;
