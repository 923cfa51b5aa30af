import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { PictureFacts } from '../src/domain/inspecting/findings.ts';
import { aStoredPicture, inspectorWith } from './support/inspecting.ts';
import {
  animatedGif,
  animatedWebp,
  flatPng,
  OTHER_FORMATS,
  pngChunk,
  pngWith,
} from './support/picture-bytes.ts';

const signal = new AbortController().signal;
const TIMES = { timeoutMs: 15_000, stallMs: 15_000 };
const inspector = inspectorWith({ processes: 2, ...TIMES });
afterAll(() => inspector.close());

const inspect = (bytes: Uint8Array, declaredType: string) =>
  inspector.inspect(aStoredPicture(bytes, declaredType), signal);

async function accepted(bytes: Uint8Array, declaredType: string): Promise<PictureFacts> {
  const finding = await inspect(bytes, declaredType);
  if (finding.outcome !== 'accepted' || finding.picture === undefined) {
    throw new Error(`not accepted: ${JSON.stringify(finding)}`);
  }
  return finding.picture;
}

const flat = (size: number) =>
  sharp({ create: { width: size, height: size, channels: 3, background: 'green' } });

/** Nothing that compresses well, so that every part of the file is part of the picture. */
function grainy(size = 64): Sharp {
  const pixels = Buffer.from(
    Array.from({ length: size * size * 3 }, (_, i) => (i * 7919 + i * (i % 13)) % 256),
  );
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
}

const FORMATS: readonly (readonly [name: string, type: string, make: (picture: Sharp) => Promise<Buffer>])[] =
  [
    ['PNG', 'image/png', (picture) => picture.png().toBuffer()],
    ['interlaced PNG', 'image/png', (picture) => picture.png({ progressive: true }).toBuffer()],
    ['palette PNG', 'image/png', (picture) => picture.png({ palette: true }).toBuffer()],
    ['JPEG', 'image/jpeg', (picture) => picture.jpeg().toBuffer()],
    ['progressive JPEG', 'image/jpeg', (picture) => picture.jpeg({ progressive: true }).toBuffer()],
    ['WebP', 'image/webp', (picture) => picture.webp().toBuffer()],
    ['lossless WebP', 'image/webp', (picture) => picture.webp({ lossless: true }).toBuffer()],
    ['AVIF', 'image/avif', (picture) => picture.avif().toBuffer()],
    ['GIF', 'image/gif', (picture) => picture.gif().toBuffer()],
  ];

describe('pictures', () => {
  it.each(FORMATS)('in %s are accepted, and small ones are not enlarged', async (_, type, make) => {
    const picture = await accepted(await make(flat(64)), type);
    expect(picture.derived.map(({ width, height }) => [width, height])).toEqual(
      Array.from({ length: 3 }, () => [64, 64]),
    );
    expect(picture.dominant_color).toMatch(/^#0[0-3](7[d-f]|8[0-3])0[0-3]$/);
    expect(Buffer.from(picture.thumbhash, 'base64').length).toBeLessThan(30);
  });

  it('become WebP of 160, 480 and 1280 pixels in width', async () => {
    const picture = await accepted(await grainy(1500).jpeg().toBuffer(), 'image/jpeg');
    expect(picture).toMatchObject({ width: 1500, height: 1500 });
    expect(picture.derived.map(({ width }) => width)).toEqual([160, 480, 1280]);
    for (const { webp } of picture.derived) expect((await sharp(webp).metadata()).format).toBe('webp');
  });

  it('of every other format are refused by name, whatever they claim to be', async () => {
    const tiff = await flat(8).tiff().toBuffer();
    for (const [name, bytes] of Object.entries({ ...OTHER_FORMATS, TIFF: tiff })) {
      expect(await inspect(bytes, 'image/png'), name).toMatchObject({
        outcome: 'rejected',
        refusal: { code: 'picture.unsupported_type', detail: expect.stringMatching(/^found \S+$/) },
      });
    }
  });

  it('that are not what was declared are refused', async () => {
    expect(await inspect(await flat(8).jpeg().toBuffer(), 'image/png')).toMatchObject({
      refusal: { code: 'file.type_mismatch', detail: 'found image/jpeg' },
    });
  });

  it.each([
    [7_100, 7_100],
    [16_000, 16_000],
    [2, 26_000_000],
  ])('of %i x %i pixels are refused by their header, within 512 MB', async (width, height) => {
    expect(await inspect(flatPng(width, height), 'image/png')).toMatchObject({
      refusal: { code: 'picture.too_many_pixels' },
    });
  });
});

describe('pictures that hold more than they show', () => {
  const packed = (type: string, head: string, bytes: number) =>
    pngChunk(type, Buffer.concat([Buffer.from(head, 'latin1'), deflateSync(Buffer.alloc(bytes, 'a'))]));

  it.each([
    ['a thousand texts of 7 MB', () => Array<Buffer>(1000).fill(packed('zTXt', 'a\0\0', 7_000_000))],
    ['a text of 200 MB', () => [packed('iTXt', 'XML:com.adobe.xmp\0\u0001\0\0\0', 200_000_000)]],
    ['a profile of 200 MB', () => [packed('iCCP', 'a\0\0', 200_000_000)]],
    ['20,000 short texts', () => Array<Buffer>(20_000).fill(pngChunk('tEXt', Buffer.from('a\0b')))],
    ['two billion frames', () => [pngChunk('acTL', Buffer.from('7fffffff00000000', 'hex'))]],
  ])('are shown without it, in PNG: %s', async (_, chunks) => {
    const small = inspectorWith({ ...TIMES, maxRssBytes: 256 * 2 ** 20 });
    try {
      const png = pngWith(await flat(64).png().toBuffer(), ...chunks());
      const finding = await small.inspect(aStoredPicture(png, 'image/png'), signal);
      expect(finding).toMatchObject({ media_type: 'image/png', picture: { width: 64, height: 64 } });
    } finally {
      await small.close();
    }
  });
});

describe('damaged pictures', () => {
  it.each(FORMATS)('in %s, truncated at every tenth, are refused', async (_, type, make) => {
    const whole = await make(grainy());
    for (let tenth = 1; tenth < 10; tenth += 1) {
      const finding = await inspect(whole.subarray(0, (whole.length * tenth) / 10), type);
      expect(finding, `${tenth} tenths`).toMatchObject({ outcome: 'rejected' });
    }
  });

  it.each(FORMATS)('in %s, with a bit flipped, are refused or decoded to the end', async (_, type, make) => {
    const whole = await make(grainy());
    for (let at = 16; at < whole.length; at += Math.ceil(whole.length / 25)) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const finding = await inspect(flipped, type);
      if (finding.outcome === 'rejected') continue;
      // An independent decoder that stops at the first thing that is wrong agrees.
      await expect(sharp(flipped, { failOn: 'warning' }).raw().toBuffer()).resolves.toBeDefined();
    }
  });

  it('with frames that end too early are refused, in GIF', async () => {
    const whole = await grainy(200).gif().toBuffer();
    const firstBlock = whole.indexOf(Buffer.from([0x2c, 0, 0, 0, 0])) + 11;
    // The blocks of the frame are well formed and too few: the decoder would leave the rest empty.
    const fewer = Buffer.concat([whole.subarray(0, firstBlock + 256 * 4), Buffer.from([0, 0x3b])]);
    expect(await inspect(fewer, 'image/gif')).toMatchObject({ refusal: { code: 'picture.corrupt' } });
  });
});

describe('what is derived of a picture', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('is upright, by EXIF orientation %i', async (orientation) => {
    const upright = sharp({ create: { width: 120, height: 80, channels: 3, background: 'blue' } }).composite([
      { input: { create: { width: 40, height: 40, channels: 3, background: 'red' } }, left: 0, top: 0 },
    ]);
    const stored = await lyingAs(await upright.png().toBuffer(), orientation);
    const picture = await accepted(stored, 'image/jpeg');
    expect([picture.width, picture.height]).toEqual([120, 80]);
    const shown = sharp(picture.derived[2]?.webp);
    expect((await shown.metadata()).orientation).toBeUndefined();
    const corner = await sharp(
      await shown.extract({ left: 5, top: 5, width: 20, height: 20 }).png().toBuffer(),
    ).stats();
    expect(corner.channels[0]?.mean).toBeGreaterThan(200);
  });

  it.each(['png', 'webp', 'avif'] as const)('is upright in %s, too', async (format) => {
    const corner = { create: { width: 40, height: 40, channels: 3 as const, background: 'red' } };
    // Lying on its left side; AVIF says so in a property of its own beside EXIF, which counts once.
    const lying = sharp({ create: { width: 80, height: 120, channels: 3, background: 'blue' } })
      .composite([{ input: corner, left: 0, top: 80 }])
      .withMetadata({ orientation: 6 });
    const picture = await accepted(await lying.toFormat(format).toBuffer(), `image/${format}`);
    const { data, info } = await sharp(picture.derived[2]?.webp).raw().toBuffer({ resolveWithObject: true });
    expect([picture.width, picture.height, info.width, info.height]).toEqual([120, 80, 120, 80]);
    expect(data[(5 * info.width + 5) * info.channels]).toBeGreaterThan(200);
  });

  it('holds nothing of the metadata', async () => {
    const told = await flat(64)
      .withExif({ IFD0: { Copyright: 'somebody', GPSInfo: 'here' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    for (const { webp } of (await accepted(told, 'image/jpeg')).derived) {
      const { exif, icc, xmp, iptc, comments } = await sharp(webp).metadata();
      expect([exif, icc, xmp, iptc, comments]).toEqual(Array.from({ length: 5 }));
    }
  });

  it('holds nothing of what was hung on behind it', async () => {
    const tail = Buffer.from('PK\u0003\u0004<script>alert(1)</script>%PDF-1.7 the tail');
    for (const [name, type, make] of FORMATS) {
      const finding = await inspect(Buffer.concat([await make(flat(32)), tail]), type);
      if (finding.outcome === 'rejected') continue;
      for (const { webp } of finding.picture?.derived ?? []) {
        expect(Buffer.from(webp).includes('the tail'), name).toBe(false);
      }
    }
  });

  it.each([
    [
      'CMYK',
      'image/jpeg',
      (picture: Sharp) => picture.toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    ],
    ['16 bit', 'image/png', (picture: Sharp) => picture.toColourspace('rgb16').png().toBuffer()],
    ['Display P3', 'image/png', (picture: Sharp) => picture.withIccProfile('p3').png().toBuffer()],
    [
      'palette and alpha',
      'image/png',
      (picture: Sharp) => picture.ensureAlpha().png({ palette: true }).toBuffer(),
    ],
    [
      'a broken profile',
      'image/jpeg',
      async (picture: Sharp) =>
        breakProfile(await picture.withIccProfile('srgb').jpeg({ quality: 95 }).toBuffer()),
    ],
  ])('is sRGB of 8 bit with about the same colour, from %s', async (_, type, make) => {
    const orange = sharp({ create: { width: 64, height: 64, channels: 3, background: '#c86428' } });
    const finding = await inspect(await make(orange), type);
    if (finding.outcome === 'rejected') throw new Error(`refused: ${finding.refusal.code}`);
    const { space, depth } = await sharp(finding.picture?.derived[0]?.webp).metadata();
    expect([space, depth]).toEqual(['srgb', 'uchar']);
    const colour = finding.picture?.dominant_color ?? '';
    [0xc8, 0x64, 0x28].forEach((value, i) => {
      expect(Math.abs(Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) - value), colour).toBeLessThan(
        32,
      );
    });
  });

  it('is its first frame, of ten thousand', async () => {
    const still = await flat(1).webp({ lossless: true }).toBuffer();
    for (const [bytes, type] of [
      [animatedGif(10_000), 'image/gif'],
      [animatedWebp(still, 10_000), 'image/webp'],
    ] as const) {
      expect(await accepted(bytes, type), type).toMatchObject({ width: 1, height: 1 });
    }
  });
});

/** Stores the picture so that the orientation makes it upright again. Above 8 there is none. */
async function lyingAs(upright: Buffer, orientation: number): Promise<Buffer> {
  // Rotation and mirroring that undo what a viewer does for the orientation.
  const UNDO: Readonly<Record<number, (picture: Sharp) => Sharp>> = {
    2: (picture) => picture.flop(),
    3: (picture) => picture.rotate(180),
    4: (picture) => picture.flip(),
    5: (picture) => picture.rotate(270).flop(),
    6: (picture) => picture.rotate(270),
    7: (picture) => picture.rotate(90).flop(),
    8: (picture) => picture.rotate(90),
  };
  const undo = UNDO[orientation] ?? ((picture: Sharp) => picture);
  const turned = await undo(sharp(upright)).png().toBuffer();
  const jpeg = await sharp(turned)
    .jpeg({ quality: 95 })
    .withMetadata({ orientation: Math.min(8, orientation) })
    .toBuffer();
  if (orientation <= 8) return jpeg;
  // The tag's value is written over: Orientation (0x0112), a short, one of it.
  const little = jpeg.indexOf(Buffer.from([0x12, 0x01, 0x03, 0x00, 0x01, 0, 0, 0]));
  const big = jpeg.indexOf(Buffer.from([0x01, 0x12, 0x00, 0x03, 0, 0, 0, 0x01]));
  if (little >= 0) jpeg[little + 8] = orientation;
  else jpeg[big + 9] = orientation;
  return jpeg;
}

function breakProfile(jpeg: Buffer): Buffer {
  const at = jpeg.indexOf('ICC_PROFILE');
  return Buffer.from(jpeg).fill(0xee, at + 20, at + 200);
}
