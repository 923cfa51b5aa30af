import { beforeAll, describe, expect, it } from 'vitest';
import { anUpload, aRegisteredUser, publish, unique, type UploadChanges } from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';

const api = await apiUnderTest();

interface Page {
  readonly items: readonly { asin: string; name: string; fragments?: readonly { text: string }[] }[];
  readonly total: number;
  readonly next_cursor: string | null;
  readonly facets?: Readonly<Record<string, readonly { value: string; count: number }[]>>;
}

async function search(query: [string, string][]): Promise<Page> {
  const path = `/v1/assets?${new URLSearchParams(query).toString()}`;
  const answer = await api.call({ method: 'GET', path });
  expect(answer.status).toBe(200);
  return answer.body as Page;
}

describe('a search through the gateway', () => {
  const word = unique('lantern').replaceAll('-', '');
  const tag = unique('shelf');
  const asins = new Map<string, string>();

  beforeAll(async () => {
    const owner = await aRegisteredUser(api);
    const declarations: NonNullable<UploadChanges['declaration']>[] = [
      { name: `Brass ${word}`, license: 'MIT', tags: [tag, 'brass'] },
      { name: `Copper ${word}`, license: 'CC0-1.0', tags: [tag, 'copper'] },
      { name: `Tin ${word}`, license: 'MIT', tags: [tag], compatible_engine_ver: ['3.5'] },
    ];
    for (const declaration of declarations) {
      const { asset } = await publish(api, owner, await anUpload({ declaration, pictures: [] }));
      asins.set(asset.name, asset.asin);
    }
  });

  it('filters, counts facets and pages, each asset once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search([
        ['q', word],
        ['tag', tag],
        ['license', 'MIT'],
        ['license', 'CC0-1.0'],
        ['engine', '4.2'],
        ['size_min', '1'],
        ['posted_from', '2020-01-01'],
        ['format', 'glb'],
        ['sort', 'name'],
        ['facets', 'kind,engine,license,tags'],
        ['limit', '1'],
        ...(cursor === undefined ? [] : [['cursor', cursor] satisfies [string, string]]),
      ]);
      expect(page.total).toBe(2);
      expect(page.facets).toMatchObject({
        kind: [{ value: '3d', count: 2 }],
        license: [
          { value: 'CC0-1.0', count: 1 },
          { value: 'MIT', count: 1 },
        ],
      });
      expect(page.facets?.tags?.[0]).toEqual({ value: tag, count: 2 });
      seen.push(...page.items.map((item) => item.asin));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([asins.get(`Brass ${word}`), asins.get(`Copper ${word}`)]);
  });

  it('forgives a typo and tells what matched', async () => {
    const typo = `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
    const page = await search([
      ['q', `brass ${typo}`],
      ['highlight', 'true'],
    ]);
    expect(page.items).toMatchObject([
      { fragments: [{ field: 'name', text: `Brass ${word}` }, { field: 'tags' }] },
    ]);
  });

  it('refuses what it does not know, with the field', async () => {
    const answer = await api.call({ method: 'GET', path: '/v1/assets?licence=MIT' });
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.body).toMatchObject({ errors: [{ field: 'query.licence', code: 'field.unknown' }] });
  });
});
