import sharp, { type Sharp } from 'sharp';

/** What an upright picture shows in its corners, so that a test can tell which way up a thumbnail is. */
export const CORNER_COLOURS = {
  topLeft: [224, 32, 32],
  topRight: [32, 160, 64],
  bottomRight: [240, 200, 32],
  bottomLeft: [32, 64, 208],
} as const;

/** Found in the metadata of the JPEG, and never in anything that is derived from it. */
export const METADATA_MARK = 'cairn-private-metadata';

export interface PictureOptions {
  readonly width?: number;
  readonly height?: number;
}

const DEFAULT_SIZE = { width: 1600, height: 1200 };

/** A PNG as it is meant to be seen: four coloured corners, an arrow that points up and the word UP. */
export async function uprightPng(options: PictureOptions = {}): Promise<Buffer> {
  return await drawing({ ...DEFAULT_SIZE, ...options })
    .png()
    .toBuffer();
}

/**
 * The same drawing as a camera held sideways stores it: pixels turned by a quarter, EXIF orientation 6 to
 * turn them back, and metadata that must not survive (a place, an owner).
 */
export async function sidewaysJpeg(options: PictureOptions = {}): Promise<Buffer> {
  const upright = await uprightPng(options);
  return await sharp(upright)
    .rotate(270)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Copyright: METADATA_MARK },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .jpeg({ quality: 92 })
    .toBuffer();
}

function drawing({ width, height }: Required<PictureOptions>): Sharp {
  const [x, y] = [width / 2, height / 2];
  const colour = (rgb: readonly number[]) => `rgb(${rgb.join(',')})`;
  const { topLeft, topRight, bottomRight, bottomLeft } = CORNER_COLOURS;
  // The letters are strokes: there may be no font on the machine.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${x}" height="${y}" fill="${colour(topLeft)}"/>
    <rect x="${x}" width="${x}" height="${y}" fill="${colour(topRight)}"/>
    <rect x="${x}" y="${y}" width="${x}" height="${y}" fill="${colour(bottomRight)}"/>
    <rect y="${y}" width="${x}" height="${y}" fill="${colour(bottomLeft)}"/>
    <g transform="translate(${x} ${y}) scale(${Math.min(width, height) / 100})"
       fill="none" stroke="white" stroke-width="5" stroke-linejoin="round" stroke-linecap="round">
      <path d="M0 12 V-36 M-16 -20 L0 -36 L16 -20"/>
      <path d="M-20 20 V32 Q-20 40 -12 40 Q-4 40 -4 32 V20"/>
      <path d="M6 40 V20 H14 Q22 20 22 26 Q22 32 14 32 H6"/>
    </g>
  </svg>`;
  return sharp({ create: { width, height, channels: 3, background: 'black' } }).composite([
    { input: Buffer.from(svg) },
  ]);
}
