import sharp, { type Sharp } from 'sharp';
import { noisyJpeg } from '../upload/noisy-jpeg.ts';

export interface SamplePicture {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** What a listing shows: a photograph, a render, a screenshot and a sheet of sprites, each under some grain. */
export async function samplePictures(): Promise<SamplePicture[]> {
  const jpeg = await noisyJpeg();
  const scaled = (width: number, height: number) => sharp(jpeg).resize({ width, height, fit: 'fill' });
  const made = async (name: string, type: string, picture: Sharp) => ({
    name,
    type,
    bytes: await picture.toBuffer(),
  });
  return [
    { name: 'JPEG of 9.8 megapixels', type: 'image/jpeg', bytes: jpeg },
    await made('JPEG of 2 megapixels', 'image/jpeg', scaled(1920, 1080).jpeg({ quality: 85 })),
    await made('PNG of 2 megapixels', 'image/png', scaled(1920, 1080).png()),
    await made('WebP of 1.4 megapixels', 'image/webp', scaled(1440, 960).webp({ quality: 85 })),
    await made('PNG with alpha of 0.3 megapixels', 'image/png', scaled(512, 512).ensureAlpha(0.7).png()),
  ];
}
