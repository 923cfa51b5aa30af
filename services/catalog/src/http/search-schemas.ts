import { z } from '@hono/zod-openapi';
import { FACETS, type FacetCounts } from '../domain/search/search-index.ts';
import type { FoundAsset, SearchPage } from '../domain/search/search-assets.ts';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { summaryBody, type PublicUrls } from './asset-bodies.ts';
import { assetSummary } from './asset-schemas.ts';
import { keptJson } from './kept-json.ts';

const fragment = z
  .object({
    field: z.enum(['name', 'tags', 'description']),
    text: z
      .string()
      .openapi({ description: 'The whole text, or of a description a part', example: 'Low-poly knight' }),
    highlights: z.array(
      z
        .object({ start: z.number().int(), end: z.number().int() })
        .openapi({ description: 'UTF-16 offsets into `text`', example: { start: 9, end: 15 } }),
    ),
  })
  .openapi('SearchFragment');

const counts = z.array(
  z.object({
    value: z.string().openapi({ example: 'CC-BY-4.0' }),
    count: z.number().int().openapi({ description: 'Assets that choosing it would find', example: 1 }),
  }),
);

const facet = counts.optional();
const facets = z
  .object({ kind: facet, engine: facet, license: facet, tags: facet, platforms: facet, formats: facet })
  .openapi('SearchFacets', {
    description:
      'What was asked for: the most frequent values, at most 30. Each facet is counted as if nothing were chosen in it; `tags`, which narrow, under the tags that are chosen.',
    example: { license: [{ value: 'CC-BY-4.0', count: 1 }] },
  });

export const searchPage = z
  .object({
    items: z.array(
      assetSummary.extend({
        fragments: z
          .array(fragment)
          .optional()
          .openapi({ description: 'With `highlight=true`: what of name, tags and description matched' }),
      }),
    ),
    total: z.number().int().openapi({ description: 'How many assets match in all', example: 1 }),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `cursor` for the next page; null on the last one', example: null }),
    facets: facets.optional(),
  })
  .openapi('SearchPage');

/** An asset's part is rendered once for as long as memory holds it: many searches find the same. */
export function searchPageText(urls: PublicUrls): (page: SearchPage) => string {
  const summaryText = keptJson((asset: PublishedAsset) => summaryBody(asset, urls));
  const itemText = ({ asset, fragments }: FoundAsset): string =>
    fragments === undefined
      ? summaryText(asset)
      : `${summaryText(asset).slice(0, -1)},"fragments":${JSON.stringify(fragments)}}`;
  return ({ assets, total, nextCursor, facets: counted }) => {
    const rest: Omit<z.infer<typeof searchPage>, 'items'> = {
      total,
      next_cursor: nextCursor,
      ...(counted === undefined ? {} : { facets: facetsBody(counted) }),
    };
    return `{"items":[${assets.map(itemText).join(',')}],${JSON.stringify(rest).slice(1)}`;
  };
}

const facetsBody = (found: FacetCounts): z.infer<typeof facets> =>
  Object.fromEntries(
    FACETS.flatMap((name) => {
      const values = found[name]?.map(({ value, count }) => ({ value, count }));
      return values === undefined ? [] : [[name, values]];
    }),
  );
