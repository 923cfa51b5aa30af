import sharp, { type Metadata } from 'sharp';
import { MAX_PIXELS, PICTURE_TYPES, THUMBNAIL_WIDTHS } from '../domain/limits.ts';
import type { DerivedPicture, Finding } from '../domain/ports.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import { identify } from './identify.ts';

// Only these five decoders exist in this process; a name mistyped here fails the test that opens one file
// of every other format.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPng',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
sharp.cache(false);

const reject = (code: RefusalCode, detail?: string): Finding => ({
  outcome: 'rejected',
  refusal: { code, ...(detail === undefined ? {} : { detail }) },
});

/**
 * Checks a picture by decoding all of it, once, and makes its derivatives: upright, sRGB, 8 bit, WebP,
 * nothing of its metadata. Smaller pictures are not enlarged.
 */
export async function inspectPicture(bytes: Uint8Array, declaredType: string): Promise<Finding> {
  const mediaType = await identify(bytes.subarray(0, 65_536));
  if (!(PICTURE_TYPES as readonly string[]).includes(mediaType)) {
    return reject('picture.unsupported_type', `found ${mediaType}`);
  }
  // The decoder is content once the last row is there, checksum and end or not.
  if (
    mediaType === 'image/png' &&
    !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('IEND')
  ) {
    return reject('picture.corrupt');
  }
  if (mediaType !== declaredType) return reject('file.type_mismatch', `found ${mediaType}`);

  // The pixel limit is ours, below: sharp's own error would not tell a large picture from a corrupt one.
  const options = { limitInputPixels: false, failOn: 'warning', pages: 1 } as const;
  let header;
  try {
    header = await sharp(bytes, options).metadata();
  } catch {
    return reject('picture.corrupt');
  }
  const pixels = header.width * (header.pageHeight ?? header.height);
  if (pixels > MAX_PIXELS) return reject('picture.too_many_pixels', `${pixels} pixels`);

  const [, , largest] = THUMBNAIL_WIDTHS;
  let base;
  try {
    base = await sharp(bytes, options)
      .autoOrient()
      .resize({ width: largest, withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch {
    return reject('picture.corrupt');
  }
  const raw = { width: base.info.width, height: base.info.height, channels: base.info.channels };
  const derived = await Promise.all(
    THUMBNAIL_WIDTHS.map(async (width): Promise<DerivedPicture> => {
      const { data, info } = await sharp(base.data, { raw })
        .resize({ width: Math.min(width, raw.width) })
        .webp({ quality: 80 })
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, webp: data };
    }),
  );
  return { outcome: 'accepted', mediaType, picture: { ...uprightSize(header), derived } };
}

/** Orientations 5 to 8 lie on their side: width and height change places. */
function uprightSize(header: Metadata): { width: number; height: number } {
  const height = header.pageHeight ?? header.height;
  return (header.orientation ?? 1) >= 5
    ? { width: height, height: header.width }
    : { width: header.width, height };
}
