import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { THUMBNAIL_WIDTHS } from '../../src/domain/picture-limits.ts';
import type { Examined } from '../examine-case.ts';
import { promise } from './broken-promise.ts';
import { isWholePngStream } from './png-pixels.ts';

const STRICT: SharpOptions = { failOn: 'warning', limitInputPixels: false };
const SMALL = 24;
/** Mean difference of a channel of a small picture: what two ways of scaling and WebP's losses stay far below. */
const HIGHEST_WEBP = 16_383;
const MOST_DIFFERENCE = 20;
const GREY = 128;

interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: number };
}

/**
 * The original can be decoded completely, pixel by pixel and without being scaled while it is; what was
 * derived of it can, too, has the right sizes and nothing but pixels, and shows the same.
 */
export async function checkPicture(
  bytes: Buffer,
  { facts, pictures }: Extract<Examined, { outcome: 'accepted' }>,
): Promise<void> {
  const whole = await decoded(bytes, 'the original');
  const { width, height } = whole.info;
  const { image } = facts;
  promise(image?.width === width && image.height === height, "width and height are the original's");
  promise(!isHalfGrey(whole), 'the original is not half grey');
  promise(await isWholePngStream(bytes), 'every pixel of a PNG is there');
  promise(pictures.length === THUMBNAIL_WIDTHS.length, 'there is a derivative of each width');
  for (const [i, webp] of pictures.entries()) {
    // No WebP is higher; what would be is narrower instead.
    const widest = Math.max(1, Math.round((width * HIGHEST_WEBP) / height));
    const wanted = Math.min(THUMBNAIL_WIDTHS[i] ?? 0, width, widest);
    const { format, exif, icc, xmp, space, depth } = await sharp(webp).metadata();
    promise(format === 'webp' && space === 'srgb' && depth === 'uchar', 'derivatives are WebP, sRGB, 8 bit');
    promise(exif === undefined && icc === undefined && xmp === undefined, 'derivatives have no metadata');
    const { info } = await decoded(webp, 'a derivative');
    const { variants } = image;
    promise(
      variants[i]?.width === info.width && variants[i].height === info.height,
      'variants tell their size',
    );
    promise(info.width === wanted, 'derivatives are as wide as they should be');
    const high = Math.min(HIGHEST_WEBP, (height * wanted) / width);
    promise(Math.abs(info.height - high) <= Math.max(1, height / width), 'derivatives keep the proportions');
  }
  const largest = pictures.at(-1) ?? Buffer.alloc(0);
  const difference = await differenceOf(whole, largest);
  promise(difference <= MOST_DIFFERENCE, `what is derived shows the original (${difference.toFixed(1)})`);
}

async function decoded(bytes: Uint8Array, what: string): Promise<Pixels> {
  try {
    return await sharp(bytes, STRICT)
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    promise(false, `${what} can be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A decoder that ran out of data fills what is left with one grey; the picture above has detail. */
function isHalfGrey({ data, info: { width, height, channels } }: Pixels): boolean {
  const rowBytes = width * channels;
  const colours = Math.min(3, channels);
  const isGrey = (row: number) => {
    for (let at = row * rowBytes; at < (row + 1) * rowBytes; at += channels) {
      for (let c = 0; c < colours; c += 1) if (data[at + c] !== GREY) return false;
    }
    return true;
  };
  let grey = 0;
  while (grey < height && isGrey(height - 1 - grey)) grey += 1;
  return grey < height && grey > height / 4;
}

async function differenceOf({ data, info }: Pixels, webp: Uint8Array): Promise<number> {
  const channels = info.channels as 1 | 2 | 3 | 4;
  const raw = { width: info.width, height: info.height, channels };
  const [a, b] = await Promise.all([small(sharp(data, { raw })), small(sharp(webp))]);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

const small = (picture: Sharp): Promise<Buffer> =>
  picture
    .toColourspace('srgb')
    .flatten({ background: 'black' })
    .resize({ width: SMALL, height: SMALL, fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
