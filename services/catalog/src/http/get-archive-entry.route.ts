import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { GrantedEntry, GrantEntryInput } from '../domain/downloads/grant-archive-entry.ts';
import { archiveEntry, fileParams } from './asset-schemas.ts';
import { clientOf } from './client-of.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/releases/{version}/files/{file_id}/entry',
  operationId: 'GetArchiveEntry',
  summary: 'Fetch one file of an archive',
  description:
    'Needs no account. For a zip or a plain tar: GET `url` with the header `Range: {range}`, and inflate the answer (raw deflate) where `method` says so; what comes out has `size` bytes and the given SHA-256. A tar.gz cannot be entered. An answered GET counts as one download of the archive; HEAD and robots that say so do not.',
  tags: ['downloads'],
  request: {
    params: fileParams,
    query: z.object({
      path: z
        .string()
        .min(1)
        .max(1_024)
        .openapi({
          param: { name: 'path', in: 'query' },
          description: 'As the manifest has it',
          example: 'textures/wood.png',
        }),
    }),
  },
  responses: {
    200: {
      description: 'Where its bytes are, for five minutes',
      headers: { 'Cache-Control': { schema: { type: 'string' }, description: '`no-store`' } },
      content: { 'application/json': { schema: archiveEntry } },
    },
    ...problems(
      'auth.invalid_token',
      'asset.not_found',
      'release.not_found',
      'file.not_found',
      'file.no_manifest',
      'archive.entry_not_found',
      'archive.not_enterable',
      'archive.busy',
      'request.invalid',
      'service.unavailable',
      'auth.keys_unavailable',
    ),
  },
});

export const getArchiveEntryEndpoint = (deps: {
  grant: (input: GrantEntryInput) => Promise<GrantedEntry>;
  trustedProxies: number;
}): Endpoint =>
  endpoint(route, async (c) => {
    const { asin, version, file_id: fileId } = c.req.valid('param');
    const { path } = c.req.valid('query');
    const granted = await deps.grant({
      asin,
      version,
      fileId,
      path,
      client: clientOf(c, deps.trustedProxies),
      counts: c.req.method === 'GET',
    });
    const body = archiveEntry.parse({
      ...granted.entry,
      url: granted.url,
      range: granted.range ?? null,
      method: granted.method,
      expires_at: granted.expiresAt.toISOString(),
    });
    return c.json(body, 200, { 'cache-control': 'no-store' });
  });
