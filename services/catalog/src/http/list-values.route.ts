import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { ListValuesInput, ValuePage } from '../domain/browse/list-values.ts';
import { answerTagged, countsCaching } from './caching.ts';
import { ifNoneMatch } from './get-asset.route.ts';

const values = z
  .object({
    items: z.array(
      z.object({
        value: z.string().openapi({ example: 'character' }),
        count: z.number().int().openapi({ description: 'Assets', example: 42 }),
      }),
    ),
    total: z.number().int().openapi({ description: 'How many values there are in all', example: 1 }),
  })
  .openapi('ValueCounts');

const query = z.object({
  q: z.string().max(64).optional().openapi({ description: 'What values begin with', example: 'cha' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .openapi({ type: 'integer', minimum: 1, maximum: 1_000, default: 100, example: 100 }),
});

const responses = {
  200: {
    description: 'The values with their counts',
    headers: { ETag: { schema: { type: 'string' as const } } },
    content: { 'application/json': { schema: values } },
  },
  304: { description: 'Nothing changed' },
  ...problems('auth.invalid_token', 'request.invalid', 'search.unavailable', 'auth.keys_unavailable'),
};

const COUNTED = 'Of the assets that search finds, the most frequent first; at most 2 s behind.';

const tags = createRoute({
  method: 'get',
  path: '/v1/tags',
  operationId: 'ListTags',
  summary: 'Tags with how many assets carry them',
  description: COUNTED,
  tags: ['browsing'],
  request: { query, headers: ifNoneMatch },
  responses,
});

const licenses = createRoute({
  method: 'get',
  path: '/v1/licenses',
  operationId: 'ListLicenses',
  summary: 'Licences with how many assets are under them',
  description: COUNTED,
  tags: ['browsing'],
  request: { query, headers: ifNoneMatch },
  responses,
});

const engines = createRoute({
  method: 'get',
  path: '/v1/engines',
  operationId: 'ListEngines',
  summary: 'Engine series with how many assets support them',
  description:
    'The series that engine ranges name most often, the highest first; an asset counts where one of its releases supports some version of the series.',
  tags: ['browsing'],
  request: { headers: ifNoneMatch },
  responses,
});

type ListValues = (input: ListValuesInput) => Promise<ValuePage>;

export const listTagsEndpoint = (listTags: ListValues): Endpoint =>
  endpoint(tags, async (c) => {
    const { q: prefix, limit } = c.req.valid('query');
    const body = values.parse(await listTags({ prefix, limit }));
    return answerTagged(c, body, countsCaching(c.get('principal')));
  });

export const listLicensesEndpoint = (listLicenses: ListValues): Endpoint =>
  endpoint(licenses, async (c) => {
    const { q: prefix, limit } = c.req.valid('query');
    const body = values.parse(await listLicenses({ prefix, limit }));
    return answerTagged(c, body, countsCaching(c.get('principal')));
  });

export const listEnginesEndpoint = (listEngines: () => Promise<ValuePage>): Endpoint =>
  endpoint(engines, async (c) =>
    answerTagged(c, values.parse(await listEngines()), countsCaching(c.get('principal'))),
  );
