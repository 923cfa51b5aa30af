import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { AT } from '../testing/builders.ts';
import { memoryCatalog } from '../testing/memory-catalog.ts';
import { jsonClient } from '../testing/requests.ts';

const aPicture = (image_id: string, original_size: number): ImageRecord => ({
  image_id,
  original_size,
  width: 800,
  height: 600,
  variants: [{ width: 256, height: 192, size: 9, key: `asset/${image_id}/1/256.webp` }],
});
const pictures = [aPicture('a', 2), aPicture('b', 4), aPicture('c', 3)];
let catalog: ReturnType<typeof memoryCatalog>;
let send: ReturnType<typeof jsonClient>;
let asset: PublishedAsset;
const stored = async () => (await catalog.assets.get(asset.asin)) as PublishedAsset;
const patch = (images: unknown, match = '"1"') =>
  send('PATCH', `/v1/assets/${asset.asin}`, {
    as: asset.user_id,
    body: { images },
    headers: { 'if-match': match },
  });

beforeEach(async () => {
  catalog = memoryCatalog();
  send = jsonClient(catalog);
  ({ asset } = await catalog.publish({ images: pictures }));
});

describe('pictures of an asset', () => {
  it('are put in another order', async () => {
    const { status, json } = await patch(['c', 'a', 'b']);
    expect([status, (json.images as ImageRecord[]).map((each) => each.image_id)]).toEqual([
      200,
      ['c', 'a', 'b'],
    ]);
    expect(await stored()).not.toHaveProperty('leftovers');
  });

  it('are removed by not being named, and their objects an hour later, when no cache shows them', async () => {
    expect((await patch(['b'])).json.images).toHaveLength(1);
    expect(await stored()).toMatchObject({
      removed_bytes: 5,
      images: [pictures[1]],
      due_at: '2026-11-22T13:00:00.000Z',
      leftovers: {
        a: { due_at: '2026-11-22T13:00:00.000Z', keys: ['asset/a/1/256.webp'] },
        c: { due_at: '2026-11-22T13:00:00.000Z' },
      },
    });
    expect(await catalog.assets.purgesDue(AT)).toEqual([]);
  });

  it.each([
    [['a', 'x'], '/images/1'],
    [['a', 'a'], '/images/1'],
    ['a', '/images'],
    [Array.from({ length: 21 }, () => 'a'), '/images'],
  ])('named as %j are refused', async (images, field) => {
    const { status, json } = await patch(images);
    expect([status, json]).toMatchObject([422, { errors: [{ field }] }]);
    expect(await stored()).toEqual(asset);
  });

  it('cannot be removed without end before the objects of earlier ones are gone', async () => {
    const leftovers = Object.fromEntries(
      Array.from({ length: 99 }, (_, i) => [`image_${i}`, { due_at: AT }]),
    );
    catalog.assets.put({ ...asset, leftovers });
    expect((await patch(['c'])).code).toBe('asset.busy');
    expect((await patch(['c', 'b'])).status).toBe(200);
  });
});

it('D03: of a hundred edits of one revision one wins, and the others are told', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => patch(['a'])));
  const won = answers.filter(({ status }) => status === 200);
  expect([won.length, answers.filter(({ code }) => code === 'asset.revision_mismatch').length]).toEqual([
    1, 99,
  ]);
  expect(await stored()).toMatchObject({ revision: 2 });
});
