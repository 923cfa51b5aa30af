import sharp, { type Sharp } from 'sharp';
import { animatedGif, animatedWebp, flatPng, OTHER_FORMATS } from '../../test/support/picture-bytes.ts';
import type { Family, FuzzCase } from '../fuzz-case.ts';
import { randomOf } from '../random.ts';

/** Grain over a gradient: every part of the file is part of the picture, and no two rows are the same. */
function grainy(width: number, height: number): Sharp {
  const random = randomOf(width, height);
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = Math.floor(((at % (width * 3)) / (width * 3)) * 150) + random.below(100);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const FORMATS: readonly (readonly [name: string, type: string, make: (picture: Sharp) => Sharp])[] = [
  ['PNG', 'image/png', (picture) => picture.png()],
  ['interlaced PNG', 'image/png', (picture) => picture.png({ progressive: true })],
  ['palette PNG', 'image/png', (picture) => picture.png({ palette: true, colours: 16 })],
  ['PNG of 16 bit', 'image/png', (picture) => picture.toColourspace('rgb16').png()],
  ['PNG with alpha', 'image/png', (picture) => picture.ensureAlpha(0.5).png()],
  ['grey PNG', 'image/png', (picture) => picture.toColourspace('b-w').png()],
  ['JPEG', 'image/jpeg', (picture) => picture.jpeg()],
  ['progressive JPEG', 'image/jpeg', (picture) => picture.jpeg({ progressive: true })],
  ['JPEG on its side', 'image/jpeg', (picture) => picture.jpeg().withMetadata({ orientation: 6 })],
  ['CMYK JPEG', 'image/jpeg', (picture) => picture.toColourspace('cmyk').jpeg()],
  ['WebP', 'image/webp', (picture) => picture.webp()],
  ['lossless WebP', 'image/webp', (picture) => picture.webp({ lossless: true })],
  ['WebP with alpha', 'image/webp', (picture) => picture.ensureAlpha(0.5).webp()],
  ['AVIF', 'image/avif', (picture) => picture.avif({ effort: 0 })],
  ['GIF', 'image/gif', (picture) => picture.gif({ effort: 1 })],
  ['interlaced GIF', 'image/gif', (picture) => picture.gif({ effort: 1, progressive: true })],
];

export async function pictureSeeds(): Promise<Family> {
  const picture = (origin: string, declaredType: string, bytes: Buffer): FuzzCase => ({
    origin,
    role: 'picture',
    path: 'cover',
    declaredType,
    bytes,
  });
  const valid = await Promise.all(
    FORMATS.flatMap(([name, type, make]) =>
      [
        [40, 56],
        [220, 130],
      ].map(async ([width = 1, height = 1]) =>
        picture(`${name} of ${width} x ${height}`, type, await make(grainy(width, height)).toBuffer()),
      ),
    ),
  );
  const still = await grainy(9, 9).webp({ lossless: true }).toBuffer();
  return {
    valid: [
      picture('animated GIF', 'image/gif', animatedGif(5)),
      picture('animated WebP', 'image/webp', animatedWebp(still, 3)),
      ...valid,
    ],
    hostile: [
      picture('PNG of 256 megapixels', 'image/png', flatPng(16_000, 16_000)),
      ...Object.entries(OTHER_FORMATS).map(([name, bytes]) => picture(name, 'image/png', bytes)),
    ],
  };
}
