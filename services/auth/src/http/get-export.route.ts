import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { GetExport } from '../domain/exporting/get-export.ts';
import { accountExport, exportBody } from './export-schemas.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/exports/{export_id}',
  operationId: 'GetExport',
  summary: 'How far an export is, and where to fetch it',
  description:
    'For whoever asked for it. Once it is `ready`, `archive.url` is good for a few minutes; the archive is there for a day. One that is not ready an hour after it was asked for has `failed`: ask for another.',
  tags: ['accounts'],
  request: { params: z.object({ export_id: idSchema('export') }) },
  responses: {
    200: { description: 'The export', content: { 'application/json': { schema: accountExport } } },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required', 'export.not_found', 'request.invalid'),
  },
});

export const getExportEndpoint = (getExport: GetExport): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requireSession(c);
    const { export_id: exportId } = c.req.valid('param');
    return c.json(exportBody(await getExport({ userId, exportId })), 200, NO_STORE);
  });
