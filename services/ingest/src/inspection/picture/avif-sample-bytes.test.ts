import sharp from 'sharp';
import { expect, it } from 'vitest';
import { avifSampleBytes } from './avif-sample-bytes.ts';

const plain = sharp({ create: { width: 64, height: 64, channels: 4, background: '#c8642880' } });

it.each([
  [{ bitdepth: 8, chromaSubsampling: '4:2:0' }, 1.5],
  [{ bitdepth: 8, chromaSubsampling: '4:4:4' }, 3],
  [{ bitdepth: 10, chromaSubsampling: '4:2:0' }, 3],
  [{ bitdepth: 12, chromaSubsampling: '4:4:4' }, 6],
] as const)('an AVIF of %o has so many bytes of samples for a pixel', async (options, bytes) => {
  const opaque = await plain.clone().removeAlpha().avif(options).toBuffer();
  expect(avifSampleBytes(opaque, false)).toBe(bytes);
  const alpha = options.bitdepth > 8 ? 2 : 1;
  expect(avifSampleBytes(await plain.clone().avif(options).toBuffer(), true)).toBe(bytes + alpha);
});

it('an AVIF that does not tell, or ends early, has none', async () => {
  const whole = await plain.clone().avif().toBuffer();
  expect(avifSampleBytes(whole.subarray(0, 40), false)).toBeUndefined();
  expect(avifSampleBytes(Buffer.alloc(0), false)).toBeUndefined();
  expect(avifSampleBytes(Buffer.from('00000000'.repeat(4), 'hex'), false)).toBeUndefined();
});
