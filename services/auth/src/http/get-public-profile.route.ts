import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { GetPublicProfile } from '../domain/get-public-profile.ts';
import { publicProfile, userParams } from './account-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/users/{asin}',
  operationId: 'GetUser',
  summary: 'What everybody may know about a user',
  description:
    'Deleted and disabled users are as unknown as those who never were. Send the ETag as If-None-Match to be told 304 while nothing changed.',
  tags: ['accounts'],
  request: {
    params: userParams,
    headers: z.object({
      'if-none-match': z.string().max(1_000).optional().openapi({ example: '"nS1vX2tq5uW8"' }),
    }),
  },
  responses: {
    200: {
      description: 'The profile',
      headers: { ETag: { schema: { type: 'string' }, description: 'Changes with the profile' } },
      content: { 'application/json': { schema: publicProfile } },
    },
    304: { description: 'Nothing changed' },
    ...problems(
      'user.not_found',
      'request.invalid',
      'auth.invalid_token',
      'auth.keys_unavailable',
      'service.unavailable',
    ),
  },
});

/** As long as a former name may be seen after a change. */
const CACHE_CONTROL = 'public, max-age=60';
const TAG = /"[^"]*"/g;

export const getPublicProfileEndpoint = (getPublicProfile: GetPublicProfile): Endpoint =>
  endpoint(route, async (c) => {
    const profile = publicProfile.parse(await getPublicProfile(c.req.valid('param').asin));
    const digest = createHash('sha256').update(JSON.stringify(profile)).digest('base64url');
    const headers = { etag: `"${digest.slice(0, 16)}"`, 'cache-control': CACHE_CONTROL };
    const known = c.req.header('if-none-match');
    const isKnown = known?.trim() === '*' || known?.match(TAG)?.includes(headers.etag) === true;
    return isKnown ? c.body(null, 304, headers) : c.json(profile, 200, headers);
  });
