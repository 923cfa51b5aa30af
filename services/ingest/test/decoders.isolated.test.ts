import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { OTHER_FORMATS } from './support/picture-bytes.ts';

/** What this libvips can write, made before anything is blocked. */
const made: Record<string, Buffer> = {};
const flat = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'green' } });

const decodes = async (bytes: Buffer | undefined) =>
  sharp(bytes)
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );

let decodedBefore: string[];
beforeAll(async () => {
  for (const format of ['png', 'jpeg', 'webp', 'avif', 'gif', 'tiff'] as const) {
    made[format] = await flat().toFormat(format).toBuffer();
  }
  const others = Object.entries({ ...OTHER_FORMATS, TIFF: made.tiff });
  const opened = await Promise.all(others.map(async ([name, bytes]) => ((await decodes(bytes)) ? name : [])));
  decodedBefore = opened.flat();
  // Blocks for the whole process, as in the child.
  await import('../src/inspection/picture/decoder.ts');
});

it('decodes the five formats and, loader by loader, nothing else', async () => {
  const allowed = await Promise.all(
    ['png', 'jpeg', 'webp', 'avif', 'gif'].map((name) => decodes(made[name])),
  );
  expect(allowed).toEqual([true, true, true, true, true]);
  for (const [name, bytes] of Object.entries({ ...OTHER_FORMATS, TIFF: made.tiff })) {
    expect(await decodes(bytes), name).toBe(false);
  }
});

it('is kept from what it would open by its blocks alone', () => {
  expect(decodedBefore.sort()).toEqual(['SVG', 'SVG with a prolog', 'TIFF']);
});

it('is none of a version with known holes, and says so at its start', async () => {
  const { isOlder } = await import('../src/inspection/picture/decoder.ts');
  expect(isOlder(sharp.versions.sharp ?? '', [0, 35, 0])).toBe(false);
  expect(isOlder(sharp.versions.vips, [8, 18, 3])).toBe(false);
  expect(['8.18.2', '8.17.9', '7.99.99', '', 'x.y'].map((old) => isOlder(old, [8, 18, 3]))).not.toContain(
    false,
  );
  expect(['8.18.3', '8.18.10', '8.19.0', '9.0.0'].map((good) => isOlder(good, [8, 18, 3]))).not.toContain(
    true,
  );
});

it('knows every loader that this libvips has: a new one needs a file above', () => {
  const loaders = Object.entries(sharp.format).filter(([, { input }]) => input.file || input.buffer);
  expect(loaders.map(([name]) => name).sort()).toEqual([
    'gif',
    'heif',
    'jpeg',
    'png',
    'raw',
    'svg',
    'tiff',
    'vips',
    'webp',
  ]);
});
