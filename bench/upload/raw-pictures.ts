import { THUMBNAIL_WIDTHS } from '@cairn/ingest/src/domain/picture-limits.ts';
import sharp from 'sharp';

export interface MadePicture {
  readonly width: number;
  readonly height: number;
}

/** What an inspected picture becomes, made with nothing but sharp: one decoding, three WebPs. */
export async function rawPictures(jpeg: Uint8Array): Promise<MadePicture[]> {
  const { data, info } = await sharp(jpeg)
    .autoOrient()
    .resize({ width: THUMBNAIL_WIDTHS.at(-1), withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return await Promise.all(
    THUMBNAIL_WIDTHS.map(async (each) => {
      const made = await sharp(data, { raw: { width, height, channels } })
        .resize({ width: each, withoutEnlargement: true })
        .webp({ quality: 80 })
        .toBuffer({ resolveWithObject: true });
      return { width: made.info.width, height: made.info.height };
    }),
  );
}
