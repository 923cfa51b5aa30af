import { beforeEach, describe, expect, it } from 'vitest';
import type { PublishedAsset, ReleaseSummary } from '@cairn/shared/records/asset-record';
import { anAsset } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';

let catalog: ReturnType<typeof memoryCatalog>;
beforeEach(() => {
  catalog = memoryCatalog();
});

interface Page {
  items: { asin: string; name: string; fragments?: unknown[] }[];
  total: number;
  next_cursor: string | null;
  facets?: Record<string, { value: string; count: number }[]>;
}

const ask = async (query: string) => {
  const answer = await catalog.request(`/v1/assets?${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
};
const namesOf = async (query: string) => (await ask(query)).items.map(({ name }) => name);

/** An asset whose only release has these facts. */
function withFacts(facts: Partial<ReleaseSummary>, changes: Partial<PublishedAsset>): PublishedAsset {
  const asset = anAsset(changes);
  const [[version, release] = []] = Object.entries(asset.releases);
  if (version === undefined || release === undefined) throw new Error('it has a release');
  return { ...asset, releases: { [version]: { ...release, ...facts } } };
}

async function fill(): Promise<void> {
  const knight = withFacts(
    { formats: ['glb'], platforms: ['linux-x64'] },
    {
      name: 'Knight',
      description: `${'A long story. '.repeat(30)}Then the knights ride home${'. And on'.repeat(60)}.`,
      tags: ['character', 'medieval'],
      license: 'MIT',
      asset_size: 100,
      date_posted: '2026-01-01T00:00:00.000Z',
      file_words: ['greatsword'],
    },
  );
  const tree = withFacts(
    { formats: ['zip'], compatible_engine_ver: ['3.5'] },
    { name: 'Tree', tags: ['plant'], license: 'CC0-1.0', asset_size: 200, kind: '2d' },
  );
  const dragon = withFacts(
    { formats: ['obj', 'zip'] },
    { name: 'Dragon', tags: ['character'], license: 'CC-BY-4.0', asset_size: 300 },
  );
  for (const asset of [knight, tree, dragon]) await catalog.publish(asset);
}

describe('GET /v1/assets', () => {
  it.each([
    ['any_tag=plant&any_tag=medieval', ['Knight', 'Tree']],
    ['any_tag=plant&any_tag=medieval&tag=character', ['Knight']],
    ['license=MIT&license=CC0-1.0', ['Knight', 'Tree']],
    ['size_min=101&size_max=300', ['Dragon', 'Tree']],
    ['size_min=300', ['Dragon']],
    ['posted_from=2026-01-01&posted_before=2026-01-02', ['Knight']],
    ['posted_from=2026-01-01T01:00:00%2B01:00&posted_before=2026-01-02', ['Knight']],
    ['posted_before=2026-01-01', []],
    ['platform=linux-x64&platform=macos-arm64', ['Knight']],
    ['format=zip&format=glb', ['Dragon', 'Knight', 'Tree']],
    ['format=zip&engine=4.2', ['Dragon']],
    ['q=greatsword', ['Knight']],
  ])('filters by %s', async (query, names) => {
    await fill();
    expect(await namesOf(`sort=name&${query}`)).toEqual(names);
  });

  it('counts facets on request, engines by the series that ranges name', async () => {
    await fill();
    const page = await ask('facets=kind,engine,license,tags,formats&license=MIT&limit=1');
    expect(page.facets).toEqual({
      kind: [{ value: '3d', count: 1 }],
      engine: [{ value: '4.1', count: 1 }],
      license: [
        { value: 'CC-BY-4.0', count: 1 },
        { value: 'CC0-1.0', count: 1 },
        { value: 'MIT', count: 1 },
      ],
      tags: [
        { value: 'character', count: 1 },
        { value: 'medieval', count: 1 },
      ],
      formats: [{ value: 'glb', count: 1 }],
    });
    expect(Object.keys(await ask('q=knight'))).toEqual(['items', 'total', 'next_cursor']);
  });

  it('tells on request why an asset was found, with offsets into what it shows', async () => {
    await fill();
    const [item] = (await ask('q=knight&highlight=true')).items;
    const shown = item?.fragments as {
      field: string;
      text: string;
      highlights: { start: number; end: number }[];
    }[];
    const marked = shown.map(({ field, text, highlights }) => [
      field,
      ...highlights.map(({ start, end }) => text.slice(start, end)),
    ]);
    expect(marked).toEqual([
      ['name', 'Knight'],
      ['description', 'knights'],
    ]);
    expect(shown[1]?.text.length).toBeLessThan(200);
    expect((await ask('highlight=true&limit=1')).items[0]?.fragments).toEqual([]);
  });

  it('pages through a filtered search with its facets, each asset once', async () => {
    await fill();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const at: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: Page = await ask(`tag=character&facets=kind&sort=name&limit=1${at}`);
      expect([page.total, page.facets]).toEqual([2, { kind: [{ value: '3d', count: 2 }] }]);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['Dragon', 'Knight']);
  });

  it.each([
    ['colour=red', 'query.colour', 'field.unknown'],
    ['q=a&q=b', 'query.q', 'field.wrong_type'],
    ['kind=2d&kind=3d', 'query.kind', 'field.not_allowed'],
    ['engine=foo', 'query.engine', 'engine.not_a_version'],
    [`engine=${'4'.repeat(70)}`, 'query.engine', 'text.too_long'],
    [`q=${Array.from({ length: 13 }, (_, i) => `w${i}`).join('+')}`, 'query.q', 'query.too_many_words'],
    ['size_min=1e3', 'query.size_min', 'size.malformed'],
    ['size_min=', 'query.size_min', 'size.malformed'],
    ['size_min=2&size_max=1', 'query.size_max', 'size.empty_range'],
    ['posted_from=yesterday', 'query.posted_from', 'time.malformed'],
    ['posted_from=2026-02-30', 'query.posted_from', 'time.malformed'],
    ['posted_from=2026-02-01&posted_before=2026-02-01', 'query.posted_before', 'time.empty_range'],
    ['facets=kind,colour', 'query.facets', 'facet.unknown'],
    ['facets=', 'query.facets', 'facet.unknown'],
    ['highlight=1', 'query.highlight', 'field.not_allowed'],
    ['format=exe', 'query.format.0', 'field.not_allowed'],
    ['platform=<b>', 'query.platform.0', 'platform.malformed'],
    [Array.from({ length: 21 }, (_, i) => `any_tag=t${i}`).join('&'), 'query.any_tag', 'list.too_long'],
  ])('answers 422 to %s with the field, a code and a hint', async (query, field, code) => {
    await catalog.replica.catchUp();
    const answer = await catalog.request(`/v1/assets?${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'request.invalid',
      errors: [{ field, code, hint: expect.any(String) }],
    });
  });

  it('may be kept by caches for as long as it may be stale, by nobody else with a token', async () => {
    await catalog.replica.catchUp();
    const cachingOf = async (as?: string) =>
      (await catalog.request('/v1/assets', as === undefined ? {} : { as })).headers.get('cache-control');
    expect(await cachingOf()).toContain('public, max-age=2');
    expect(await cachingOf('user_a')).toBe('private, no-cache');
  });
});
