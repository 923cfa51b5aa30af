import { z } from '@hono/zod-openapi';
import { EXPORT_PARTS } from '@cairn/shared/exports/export-parts';
import { idSchema } from '@cairn/shared/ids';
import { expiresAt } from '../domain/exporting/account-export.ts';
import type { ExportProgress } from '../domain/exporting/get-export.ts';

const date = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' });

export const accountExport = z
  .object({
    export_id: idSchema('export'),
    state: z.enum(['running', 'ready', 'failed']).openapi({ example: 'ready' }),
    date_requested: date,
    date_finished: date.nullable(),
    expires_at: date.openapi({ description: 'When it is removed' }),
    parts: z.array(z.object({ part: z.enum(EXPORT_PARTS), state: z.enum(['waiting', 'done']) })),
    archive: z
      .object({
        url: z.url().openapi({
          description: 'For a GET without a token, for a few minutes; asked again, there is another',
          example: 'https://cairn-exports.s3.amazonaws.com/...',
        }),
        url_expires_at: date,
        size_bytes: z.number().int().positive().openapi({ example: 4_096 }),
        sha256: z.string().openapi({ example: 'e3b0c44298fc1c149afbf4c8996fb924…' }),
      })
      .nullable()
      .openapi({ description: 'Null until it is ready' }),
  })
  .openapi('AccountExport');

export function exportBody({ state, of, download }: ExportProgress): z.input<typeof accountExport> {
  return accountExport.parse({
    export_id: of.export_id,
    state,
    date_requested: of.date_requested,
    date_finished: of.archive?.date ?? null,
    expires_at: expiresAt(of).toISOString(),
    parts: EXPORT_PARTS.map((part) => ({ part, state: of.parts[part] === undefined ? 'waiting' : 'done' })),
    archive:
      download === undefined || of.archive === undefined
        ? null
        : {
            url: download.url,
            url_expires_at: download.expiresAt.toISOString(),
            size_bytes: of.archive.size_bytes,
            sha256: of.archive.sha256,
          },
  });
}
