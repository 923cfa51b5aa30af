import type { Metadata } from 'sharp';
import { MAX_PIXELS, PIXEL_LIMITS, type PixelLimit } from '../../domain/limits.ts';
import { avifSampleBytes } from './avif-sample-bytes.ts';

const WHOLE: PixelLimit = { type: undefined, coding: undefined, maxPixels: MAX_PIXELS };

/** The decoder holds the compressed bytes several times: of these, less is left for the pixels. */
const HEAVY_AVIF_BYTES = 4 * 2 ** 20;

/** How many pixels a picture may have, by what its decoder holds of it at once. From its header alone. */
export function pixelLimit(bytes: Buffer, mediaType: string, header: Metadata): PixelLimit {
  switch (mediaType) {
    case 'image/avif':
      return avifLimit(bytes.length > HEAVY_AVIF_BYTES, avifSampleBytes(bytes, header.hasAlpha));
    case 'image/png':
      return header.isProgressive && header.depth === 'ushort' ? PIXEL_LIMITS.deepInterlacedPng : WHOLE;
    case 'image/jpeg':
      return header.isProgressive && header.channels > 3 ? PIXEL_LIMITS.progressiveCmykJpeg : WHOLE;
    default:
      return WHOLE;
  }
}

function avifLimit(heavy: boolean, sampleBytes = Infinity): PixelLimit {
  const { heavyAvifPhoto, avifPhoto, heavyAvifFine, avifFine, heavyAvifFinest, avifFinest } = PIXEL_LIMITS;
  if (sampleBytes <= 1.5) return heavy ? heavyAvifPhoto : avifPhoto;
  if (sampleBytes <= 4) return heavy ? heavyAvifFine : avifFine;
  return heavy ? heavyAvifFinest : avifFinest;
}
