import { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { assetFields, tagField } from './asset-fields.ts';
import { ASSET_LIMITS } from './asset-limits.ts';
import { licenceField } from './spdx-licence.ts';

const asset = z.object(assetFields);
const valid = {
  name: 'Low-poly knight',
  description: 'A knight.\nRigged.',
  kind: '3d',
  tags: ['character'],
  license: 'MIT',
  compatible_engine_ver: ['4.x'],
};
const problemsOf = (changes: object) =>
  asset.safeParse({ ...valid, ...changes }).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('what an owner says of an asset', () => {
  test('is taken as it is when it is right', () => {
    expect(asset.parse(valid)).toEqual(valid);
  });

  test('loses what is said twice', () => {
    const parsed = asset.parse({
      ...valid,
      tags: ['Low Poly', 'low poly', ' LOW POLY'],
      compatible_engine_ver: ['4', '4 '],
    });
    expect(parsed.tags).toEqual(['low poly']);
    expect(parsed.compatible_engine_ver).toEqual(['4']);
  });

  test.each([
    ['a short name', { name: 'ab' }, ['name']],
    ['a long name', { name: 'a'.repeat(ASSET_LIMITS.name.max + 1) }, ['name']],
    ['a name of two lines', { name: 'one\ntwo' }, ['name']],
    ['no description', { description: '' }, ['description']],
    ['another kind', { kind: '4d' }, ['kind']],
    ['too many tags', { tags: Array.from({ length: ASSET_LIMITS.tags + 1 }, (_, i) => `t${i}`) }, ['tags']],
    ['a bad tag among good ones', { tags: ['ok', '#no'] }, ['tags.1']],
    ['no engine', { compatible_engine_ver: [] }, ['compatible_engine_ver']],
    ['a bad engine', { compatible_engine_ver: ['4', 'latest'] }, ['compatible_engine_ver.1']],
  ])('is refused at its place: %s', (_, changes, places) => {
    expect(problemsOf(changes)).toEqual(places);
  });
});

describe('a tag', () => {
  test.each([
    ['Sci-Fi', 'sci-fi'],
    ['C++', 'c++'],
    ['C#', 'c#'],
    ['2d', '2d'],
    ['Größe', 'größe'],
    ['低ポリ', '低ポリ'],
    ['हिन्दी', 'हिन्दी'],
  ])('%s becomes %s', (typed, tag) => {
    expect(tagField.parse(typed)).toBe(tag);
  });

  test.each(['', ' ', '-a', '#a', 'a/b', 'a,b', 'a"b', '<b>', 'a'.repeat(33), '🗡'])('cannot be %j', (tag) => {
    expect(tagField.safeParse(tag).success).toBe(false);
  });
});

describe('a licence', () => {
  test.each([
    'MIT',
    'CC0-1.0',
    'CC-BY-4.0',
    'MIT OR Apache-2.0',
    '(MIT AND CC-BY-4.0)',
    'LicenseRef-Proprietary',
    'GPL-2.0-only WITH Classpath-exception-2.0',
  ])('can be %s', (licence) => {
    expect(licenceField.safeParse(licence).success).toBe(true);
  });

  test.each([
    '',
    'mine',
    'CC BY 4.0',
    'MIT OR',
    'https://example.com/licence',
    'MIT; DROP TABLE',
    '('.repeat(119),
  ])('cannot be %j', (licence) => {
    expect(licenceField.safeParse(licence).success).toBe(false);
  });

  test('that is none is refused with a code and a hint', () => {
    const [issue] = licenceField.safeParse('mine').error?.issues ?? [];
    expect(issue).toMatchObject({ params: { code: 'licence.not_spdx' } });
  });
});
