import { createRoute } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import type { SearchInput, SearchPage } from '../domain/search/search-assets.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { readCaching } from './caching.ts';
import { searchQuery } from './search-query.ts';
import { searchPage, searchPageText } from './search-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/assets',
  operationId: 'SearchAssets',
  summary: 'Search the published assets',
  description:
    'Everything given must hold. Answers are at most 2 s behind. Paging with cursors neither skips nor repeats an asset that stays as it is, while others come, go and change.',
  tags: ['assets'],
  request: { query: searchQuery },
  responses: {
    200: {
      description: 'A page of assets',
      content: { 'application/json': { schema: searchPage } },
    },
    ...problems('auth.invalid_token', 'request.invalid', 'search.unavailable', 'auth.keys_unavailable'),
  },
});

export const searchAssetsEndpoint = (
  searchAssets: (input: SearchInput) => Promise<SearchPage>,
  urls: PublicUrls,
): Endpoint => {
  const textOf = searchPageText(urls);
  return endpoint(route, async (c) => {
    const { q, tag, any_tag, license, platform, format, highlight, ...query } = c.req.valid('query');
    const { size_min, size_max, posted_from, posted_before, ...rest } = query;
    const page = await searchAssets({
      ...rest,
      text: q,
      tags: tag ?? [],
      anyTags: any_tag,
      licenses: license,
      platforms: platform,
      formats: format,
      size: { min: size_min, max: size_max },
      posted: { from: posted_from, before: posted_before },
      highlight: highlight === 'true',
    });
    const headers = { ...readCaching(c.get('principal')), 'content-type': 'application/json' };
    // Rendered by the schema's type already, so there is no object to give to c.json.
    return c.body(textOf(page), 200, headers) as never;
  });
};
