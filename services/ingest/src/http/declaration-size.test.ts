import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { expect, test } from 'vitest';
import { PICTURE_TYPES } from '../domain/picture-limits.ts';
import { declarationSchema } from './upload-schemas.ts';

const SHA256 = 'a'.repeat(64);
const EMOJI = '\u{1f409}';
const MOST_EMOJI = Math.floor((ASSET_LIMITS.pathBytes - 8) / 4);
/** A file with the longest of everything that a declaration may say of it. */
const entry = (contentType: string) => (_: unknown, i: number) => ({
  path: `${String(i).padStart(4, '0')}${EMOJI.repeat(MOST_EMOJI)}.png`,
  size: 1_073_741_824,
  sha256: SHA256,
  content_type: contentType,
});

const LARGEST = {
  name: EMOJI.repeat(ASSET_LIMITS.name.max),
  description: EMOJI.repeat(ASSET_LIMITS.description.max),
  kind: '3d',
  tags: Array.from({ length: ASSET_LIMITS.tags }, (_, i) => `${i}`.padEnd(ASSET_LIMITS.tagLength, 'ü')),
  license: 'CC-BY-4.0',
  compatible_engine_ver: Array.from({ length: ASSET_LIMITS.engineRanges }, (_, i) => `>=4.${i} <5.${i}`),
  note: EMOJI.repeat(2_000),
  files: Array.from({ length: ASSET_LIMITS.filesPerRelease }, entry(`model/${'x'.repeat(94)}`)),
  pictures: Array.from({ length: ASSET_LIMITS.pictures }, entry(PICTURE_TYPES[0])),
};

const escapedNonAscii = (text: string) =>
  text.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'),
  );

/** As no client writes it: six bytes for every unit of every string. */
const escapedWholly = (text: string) =>
  text.replaceAll(/"([^"\\]*)"/g, (_, inner: string) => {
    const units = inner.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
    return `"${units.map((unit) => String.raw`\u` + unit).join('')}"`;
  });

test('the largest declaration that is legal fits into a body, with everything beyond ASCII escaped', () => {
  const body = escapedNonAscii(JSON.stringify(LARGEST, undefined, 2));
  expect(declarationSchema.safeParse(JSON.parse(body)).error).toBeUndefined();
  expect(body.length).toBeGreaterThan(262_144);
  expect(body.length).toBeLessThan(BODY_LIMITS.ingest);
});

test('and with every character of it escaped', () => {
  const body = escapedWholly(JSON.stringify(LARGEST));
  expect(JSON.parse(body)).toEqual(LARGEST);
  expect(body.length).toBeLessThan(BODY_LIMITS.ingest);
});
