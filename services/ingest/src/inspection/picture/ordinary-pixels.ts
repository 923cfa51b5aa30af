import type { Metadata } from 'sharp';
import { MAX_PIXELS } from '../../domain/picture-limits.ts';
import { avifSampleBytes } from './avif-sample-bytes.ts';

const MEGA = 1_000_000;

/** Of AVIF by what its samples take, and by its weight: the decoder holds the compressed bytes several times. */
const AVIF_PIXELS = {
  photo: { light: 24.5 * MEGA, heavy: 17 * MEGA },
  fine: { light: 20 * MEGA, heavy: 14 * MEGA },
  finest: { light: 14 * MEGA, heavy: 9.5 * MEGA },
} as const;
const HEAVY_AVIF_BYTES = 4 * 2 ** 20;

/**
 * Up to how many pixels a picture is decoded within the 512 MB of an ordinary child, by what its decoder holds
 * of it at once. From its header alone; measured: docs/inspection.md has the figures.
 */
export function ordinaryPixels(bytes: Buffer, mediaType: string, header: Metadata): number {
  switch (mediaType) {
    case 'image/avif': {
      const coding = AVIF_PIXELS[avifCoding(avifSampleBytes(bytes, header.hasAlpha))];
      return bytes.length > HEAVY_AVIF_BYTES ? coding.heavy : coding.light;
    }
    case 'image/png':
      return header.isProgressive && header.depth === 'ushort' ? 30 * MEGA : MAX_PIXELS;
    case 'image/jpeg':
      return header.isProgressive && header.channels > 3 ? 40 * MEGA : MAX_PIXELS;
    default:
      return MAX_PIXELS;
  }
}

function avifCoding(sampleBytes = Infinity): keyof typeof AVIF_PIXELS {
  if (sampleBytes <= 1.5) return 'photo';
  return sampleBytes <= 4 ? 'fine' : 'finest';
}
