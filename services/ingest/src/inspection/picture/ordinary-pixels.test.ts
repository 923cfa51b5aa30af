import sharp from 'sharp';
import { expect, it } from 'vitest';
import { ordinaryPixels } from './ordinary-pixels.ts';

it('an AVIF above 4 MiB needs a roomy child with fewer pixels than a lighter one', async () => {
  const light = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .avif({ chromaSubsampling: '4:2:0' })
    .toBuffer();
  const header = await sharp(light).metadata();
  expect(ordinaryPixels(light, 'image/avif', header)).toBe(24_500_000);
  const heavy = Buffer.concat([light, Buffer.alloc(4 * 2 ** 20)]);
  expect(ordinaryPixels(heavy, 'image/avif', header)).toBe(17_000_000);
});
