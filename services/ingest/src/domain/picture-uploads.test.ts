import { newId } from '@cairn/shared/ids';
import type { ImageRecord, PublishedAsset } from '@cairn/shared/records/asset-record';
import { beforeEach, describe, expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, anAsset } from '../testing/builders.ts';
import { memoryIngest } from '../testing/memory-ingest.ts';
import type { UploadDeclaration } from './declaring/declaration.ts';

const BYTES = Buffer.from('abc');
const owner = newId('user');
const coOwner = newId('user');

const anImage = (asin: string, image_id = newId('image')): ImageRecord => ({
  image_id,
  width: 8,
  height: 6,
  variants: [{ width: 8, height: 6, size: 9, key: `${asin}/${image_id}/1/8.webp` }],
});

describe('an upload of pictures alone', () => {
  let h: ReturnType<typeof memoryIngest>;
  let asset: PublishedAsset;
  beforeEach(() => {
    h = memoryIngest();
    asset = anAsset(owner, { co_owners: [coOwner] });
    asset = { ...asset, images: [anImage(asset.asin)] };
    h.catalog.set(asset.asin, asset);
  });

  const picturesFor = (asin: string, count = 2): UploadDeclaration => ({
    ...aDeclaration({ target: { kind: 'pictures', asin }, version: '', compatible_engine_ver: [] }),
    files: [],
    pictures: Array.from({ length: count }, (_, i) => ({
      ...aDeclaredFile(BYTES, `${i}.png`),
      content_type: 'image/png',
    })),
  });
  const shown = () => (h.catalog.get(asset.asin) as PublishedAsset).images.map(({ image_id }) => image_id);

  /** Sends and inspects them, the last one first. */
  async function send(declared: Awaited<ReturnType<typeof h.declare>>) {
    for (const file of declared.files.toReversed()) {
      h.inspector.verdict = async () => ({
        outcome: 'accepted',
        media_type: 'image/png',
        picture: {
          width: 8,
          height: 6,
          thumbhash: '',
          dominant_color: '#000000',
          derived: [{ width: 8, height: 6, webp: BYTES }],
        },
      });
      h.put(file, BYTES);
      await h.arrive(file);
    }
  }

  it.each([owner, coOwner])(
    'adds them behind the others, in the declared order, all at once',
    async (user) => {
      const declared = await h.declare(user, picturesFor(asset.asin));
      expect(declared.upload).toMatchObject({ asset: undefined, charged_to: owner, version: '' });
      await send(declared);
      expect(await h.state(declared)).toBe('published');
      expect(shown()).toEqual([asset.images[0]?.image_id, ...declared.files.map(({ file_id }) => file_id)]);
      expect(h.published).toEqual([declared.upload.upload_id]);
      expect(h.releases.size).toBe(0);
    },
  );

  it('leaves no private copy, and once only what is shown', async () => {
    const declared = await h.declare(owner, picturesFor(asset.asin));
    await send(declared);
    await h.settle(declared.upload.upload_id);
    expect([h.buckets.copies.size, h.buckets.incoming.size, h.published.length]).toEqual([0, 0, 1]);
  });

  it('is rejected as a whole when one of them is', async () => {
    const declared = await h.declare(owner, picturesFor(asset.asin));
    const [first] = declared.files;
    if (first === undefined) throw new Error('no picture was declared');
    h.put(first, Buffer.from('xyz'));
    await h.arrive(first);
    expect(await h.state(declared)).toBe('rejected');
    expect(shown()).toHaveLength(1);
    expect(h.buckets.copies.size).toBe(0);
  });

  it('is refused for an unknown asset, somebody else, and more than an asset can show', async () => {
    const refused = [
      [owner, newId('asset'), 1, 'asset.not_found'],
      [newId('user'), asset.asin, 1, 'asset.not_owner'],
      [owner, asset.asin, 20, 'asset.too_many_pictures'],
    ] as const;
    for (const [user, asin, count, code] of refused) {
      await expect(h.declare(user, picturesFor(asin, count))).rejects.toMatchObject({ code });
    }
    await h.declare(owner, picturesFor(asset.asin, 19));
  });

  it('is rejected when the asset has got its last pictures meanwhile', async () => {
    const declared = await h.declare(owner, picturesFor(asset.asin));
    const images = Array.from({ length: 19 }, () => anImage(asset.asin));
    h.catalog.set(asset.asin, { ...asset, images });
    await send(declared);
    expect(await h.state(declared)).toBe('rejected');
    expect(shown()).toHaveLength(19);
  });
});
