import type { Metadata, SharpOptions } from 'sharp';
import { MAX_PIXELS, PICTURE_TYPES, THUMBNAIL_WIDTHS } from '../../domain/picture-limits.ts';
import type { DerivedPicture, Finding } from '../../domain/inspecting/findings.ts';
import { identify } from '../identify.ts';
import { NeedsRoom } from '../needs-room.ts';
import type { InspectionJob } from '../protocol.ts';
import { Rejected } from '../rejected.ts';
import { summariseColours } from './colours.ts';
import { sharp } from './decoder.ts';
import { ordinaryPixels } from './ordinary-pixels.ts';
import { withoutPackedTexts } from './png-structure.ts';
import { checkStructure } from './structure.ts';

// The pixel limit is ours, below: sharp's own error would not tell a large picture from a corrupt one.
const OPTIONS: SharpOptions = { limitInputPixels: false, failOn: 'warning', pages: 1 };
const COLOUR_SAMPLE_PIXELS = 32;
/** Of a WebP. A picture that would be higher is derived narrower. */
const MAX_DERIVED_HEIGHT = 16_383;

interface Raw {
  readonly data: Buffer;
  readonly raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/**
 * Checks a picture by decoding all of it, once, and makes its derivatives: upright, sRGB, 8 bit, WebP,
 * nothing of its metadata. Smaller pictures are not enlarged.
 */
export async function inspectPicture(
  whole: Buffer,
  { declaredType, roomy }: Pick<InspectionJob, 'declaredType' | 'roomy'>,
): Promise<Finding> {
  const media_type = await identify(whole.subarray(0, 65_536));
  if (!(PICTURE_TYPES as readonly string[]).includes(media_type)) {
    throw new Rejected('picture.unsupported_type', `found ${media_type}`);
  }
  if (media_type !== declaredType) throw new Rejected('file.type_mismatch', `found ${media_type}`);

  const bytes = media_type === 'image/png' ? withoutPackedTexts(whole) : whole;
  const header = await orCorrupt(() => sharp(bytes, OPTIONS).metadata());
  const pixels = header.width * (header.pageHeight ?? header.height);
  if (pixels > MAX_PIXELS) {
    throw new Rejected('picture.too_many_pixels', `${pixels} pixels; at most ${MAX_PIXELS}`);
  }
  if (!checkStructure(whole, media_type)) throw new Rejected('picture.corrupt');
  if (!roomy && pixels > ordinaryPixels(bytes, media_type, header)) throw new NeedsRoom();

  const base = await orCorrupt(() => decode(bytes));
  // From here on the file has no part in what goes wrong.
  const derived = await deriveAll(base);
  const sample = await colourSample(derived[0]);
  return {
    outcome: 'accepted',
    media_type,
    picture: { ...uprightSize(header), ...summariseColours(sample), derived },
  };
}

async function orCorrupt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new Rejected('picture.corrupt');
  }
}

/** The largest derivative's pixels, of which all others are made. */
async function decode(bytes: Buffer): Promise<Raw> {
  const { data, info } = await sharp(bytes, OPTIONS)
    .autoOrient()
    .resize({
      width: Math.max(...THUMBNAIL_WIDTHS),
      height: MAX_DERIVED_HEIGHT,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}

/** Of a picture that is narrower than several of the widths there is one of its own size for all of them. */
async function deriveAll(base: Raw): Promise<DerivedPicture[]> {
  const widths = THUMBNAIL_WIDTHS.map((width) => Math.min(width, base.raw.width));
  const made = await Promise.all([...new Set(widths)].map((width) => derive(base, width)));
  return widths.flatMap((wanted) => made.find(({ width }) => width === wanted) ?? []);
}

async function derive({ data, raw }: Raw, width: number): Promise<DerivedPicture> {
  const { data: webp, info } = await sharp(data, { raw })
    .resize({ width })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, webp };
}

/** Of the smallest derivative, which has few pixels to go through. */
async function colourSample(smallest: DerivedPicture | undefined) {
  const { data: rgba, info } = await sharp(smallest?.webp)
    .resize({ width: COLOUR_SAMPLE_PIXELS, height: COLOUR_SAMPLE_PIXELS, fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgba, width: info.width, height: info.height };
}

/** Orientations 5 to 8 lie on their side: width and height change places. */
function uprightSize(header: Metadata): { width: number; height: number } {
  const height = header.pageHeight ?? header.height;
  return (header.orientation ?? 1) >= 5
    ? { width: height, height: header.width }
    : { width: header.width, height };
}
