import sharp from 'sharp';
import { expect, it } from 'vitest';
import { pixelLimit } from './pixel-limit.ts';

it('an AVIF above 4 MiB may have fewer pixels than a lighter one', async () => {
  const light = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .avif({ chromaSubsampling: '4:2:0' })
    .toBuffer();
  const header = await sharp(light).metadata();
  expect(pixelLimit(light, 'image/avif', header).maxPixels).toBe(24_500_000);
  const heavy = Buffer.concat([light, Buffer.alloc(4 * 2 ** 20)]);
  expect(pixelLimit(heavy, 'image/avif', header).maxPixels).toBe(17_000_000);
});
