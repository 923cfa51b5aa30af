import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { OTHER_FORMATS } from './support/picture-bytes.ts';

/** What this libvips can write, made before anything is blocked. */
const made: Record<string, Buffer> = {};
const flat = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'green' } });

beforeAll(async () => {
  for (const format of ['png', 'jpeg', 'webp', 'avif', 'gif', 'tiff'] as const) {
    made[format] = await flat().toFormat(format).toBuffer();
  }
  // Blocks for the whole process, as in the child.
  await import('../src/inspection/picture/decoder.ts');
});

it('decodes the five formats and, loader by loader, nothing else', async () => {
  const decodes = async (bytes: Buffer | undefined) =>
    sharp(bytes)
      .raw()
      .toBuffer()
      .then(
        () => true,
        () => false,
      );
  const allowed = await Promise.all(
    ['png', 'jpeg', 'webp', 'avif', 'gif'].map((name) => decodes(made[name])),
  );
  expect(allowed).toEqual([true, true, true, true, true]);
  for (const [name, bytes] of Object.entries({ ...OTHER_FORMATS, TIFF: made.tiff })) {
    expect(await decodes(bytes), name).toBe(false);
  }
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
