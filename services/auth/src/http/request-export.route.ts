import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { RequestExport } from '../domain/exporting/request-export.ts';
import { accountExport, exportBody } from './export-schemas.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/users/me/export',
  operationId: 'RequestExport',
  summary: 'Ask for everything that is known about the account',
  description:
    'Starts to put together one zip; `GET /v1/exports/{export_id}` tells how far it is and where to fetch it. While one is running, that one is the answer; another can be asked for an hour after the last.',
  tags: ['accounts'],
  responses: {
    202: {
      description: 'It is being put together',
      content: { 'application/json': { schema: accountExport } },
    },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.session_required', 'export.too_soon'),
  },
});

export const requestExportEndpoint = (requestExport: RequestExport): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requireSession(c);
    const begun = await requestExport(userId);
    return c.json(exportBody({ state: 'running', of: begun }), 202, {
      ...NO_STORE,
      location: `/v1/exports/${begun.export_id}`,
    });
  });
