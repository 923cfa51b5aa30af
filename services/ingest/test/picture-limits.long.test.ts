import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { PictureFacts } from '../src/domain/inspecting/findings.ts';
import { aStoredPicture, inspectorWith } from './support/inspecting.ts';

const TIMES = { timeoutMs: 30_000, stallMs: 30_000 };
const inspector = inspectorWith(TIMES);
// Whatever goes to a roomy child is killed there.
const ordinary = inspectorWith({ ...TIMES, roomyRssBytes: 1 });
afterAll(() => Promise.all([inspector.close(), ordinary.close()]));

const inspect = (bytes: Uint8Array, declaredType: string, by = inspector) =>
  by.inspect(aStoredPicture(bytes, declaredType), new AbortController().signal);

async function accepted(bytes: Uint8Array, declaredType: string, by = inspector): Promise<PictureFacts> {
  const finding = await inspect(bytes, declaredType, by);
  if (finding.outcome !== 'accepted' || finding.picture === undefined) {
    throw new Error(`not accepted: ${JSON.stringify(finding)}`);
  }
  return finding.picture;
}

describe('the limits that are told before', () => {
  const plain = (width: number, height: number, channels: 3 | 4 = 3) =>
    sharp({ limitInputPixels: false, create: { width, height, channels, background: '#c8642880' } });

  it.each([
    [
      'AVIF of 24 Mpx, as of a camera',
      'image/avif',
      plain(6000, 4000).avif({ effort: 0, chromaSubsampling: '4:2:0' }),
    ],
    ['AVIF of 20 Mpx, 4:4:4', 'image/avif', plain(5000, 4000).avif({ effort: 0 })],
    ['AVIF of 20 Mpx, with alpha', 'image/avif', plain(5000, 4000, 4).avif({ effort: 0 })],
    [
      'AVIF of 14 Mpx, 10 bit, 4:4:4 and alpha',
      'image/avif',
      plain(3740, 3740, 4).avif({ effort: 0, bitdepth: 10 }),
    ],
    [
      'interlaced PNG of 30 Mpx, 16 bit',
      'image/png',
      plain(6000, 5000, 4).toColourspace('rgb16').png({ progressive: true, compressionLevel: 1 }),
    ],
    [
      'progressive CMYK JPEG of 40 Mpx',
      'image/jpeg',
      plain(8000, 5000).toColourspace('cmyk').jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    ],
  ])('hold within the 512 MB of an ordinary child: %s', async (_, type, picture) => {
    expect((await accepted(await picture.toBuffer(), type, ordinary)).derived).toHaveLength(3);
  });

  it.each([
    ['AVIF, 4:2:0', 'image/avif', plain(8000, 6250).avif({ effort: 0, chromaSubsampling: '4:2:0' })],
    ['AVIF, 4:4:4 and alpha', 'image/avif', plain(8000, 6250, 4).avif({ effort: 0 })],
    ['AVIF, 10 bit and alpha', 'image/avif', plain(8000, 6250, 4).avif({ effort: 0, bitdepth: 10 })],
    [
      'interlaced PNG, 16 bit',
      'image/png',
      plain(8000, 6250, 4).toColourspace('rgb16').png({ progressive: true, compressionLevel: 1 }),
    ],
    [
      'progressive CMYK JPEG',
      'image/jpeg',
      plain(8000, 6250).toColourspace('cmyk').jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    ],
  ])('are the same for every coding, with a roomy child: 50 Mpx of %s', async (_, type, picture) => {
    const bytes = await picture.toBuffer();
    expect((await accepted(bytes, type)).derived).toHaveLength(3);
    // Its roomy child has no room even to start.
    await expect(inspect(bytes, type, ordinary)).rejects.toMatchObject({ kind: 'inspector missing' });
  });

  it('refuse what has more by the header, and say how many', async () => {
    const picture = await plain(8001, 6250).avif({ effort: 0, chromaSubsampling: '4:2:0' }).toBuffer();
    expect(await inspect(picture, 'image/avif', ordinary)).toMatchObject({
      refusal: { code: 'picture.too_many_pixels', detail: '50006250 pixels; at most 50000000' },
    });
  });

  it.each([
    [2, 17_000, 'jpeg', 2],
    [100, 20_000, 'png', 82],
    [1280, 39_000, 'png', 538],
  ] as const)('do not bar a picture of %i x %i: it is derived as high as a WebP can be', async (...of) => {
    const [width, height, format, derivedWidth] = of;
    const picture = await accepted(await plain(width, height).toFormat(format).toBuffer(), `image/${format}`);
    expect(picture).toMatchObject({ width, height });
    expect(picture.derived[2]).toMatchObject({ width: derivedWidth, height: 16_383 });
  });
});
