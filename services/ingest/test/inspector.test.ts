import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { childProcessInspector, type InspectorOptions } from '../src/adapters/child-process-inspector.ts';

const signal = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const inspector of open.splice(0)) await inspector.close();
});

function anInspector(options: Partial<InspectorOptions> = {}) {
  const inspector = childProcessInspector({
    processes: 1,
    timeoutMs: 10_000,
    maxRssBytes: 512 * 2 ** 20,
    jobsPerChild: 100,
    ...options,
  });
  open.push(inspector);
  return inspector;
}

const child = (name: string) => fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
const square = (size: number) =>
  sharp({ create: { width: size, height: size, channels: 3, background: 'green' } });

const pool = childProcessInspector({
  processes: 2,
  timeoutMs: 10_000,
  maxRssBytes: 512 * 2 ** 20,
  jobsPerChild: 100,
});
afterAll(() => pool.close());
const inspectPicture = (bytes: Uint8Array, declaredType: string) =>
  pool.inspectPicture({ bytes, declaredType }, signal);

describe('pictures', () => {
  it.each([
    ['image/png', () => square(64).png().toBuffer()],
    ['image/jpeg', () => square(64).jpeg().toBuffer()],
    ['image/webp', () => square(64).webp().toBuffer()],
    ['image/avif', () => square(64).avif().toBuffer()],
    ['image/gif', () => square(64).gif().toBuffer()],
  ])('%s is accepted, and not enlarged', async (declaredType, make) => {
    const finding = await inspectPicture(await make(), declaredType);
    expect(finding).toMatchObject({ outcome: 'accepted', mediaType: declaredType });
    const derived = finding.outcome === 'accepted' ? finding.picture?.derived : undefined;
    expect(derived?.map(({ width, height }) => [width, height])).toEqual([
      [64, 64],
      [64, 64],
      [64, 64],
    ]);
  });

  it.each([
    ['TIFF', () => square(8).tiff().toBuffer()],
    ['SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['PPM', async () => Buffer.from('P6 1 1 255\nabc')],
    ['PDF', async () => Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF')],
    ['HTML', async () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['random bytes', async () => Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 251))],
  ])('%s is refused by name, whatever it claims to be', async (_, make) => {
    const finding = await inspectPicture(await make(), 'image/png');
    expect(finding).toMatchObject({
      outcome: 'rejected',
      refusal: { code: 'picture.unsupported_type', detail: expect.stringContaining('found ') },
    });
  });

  it('is refused beyond 50 megapixels by its header, before it is decoded', async () => {
    const large = await square(7_100).png().toBuffer();
    const finding = await inspectPicture(large, 'image/png');
    expect(finding).toMatchObject({ outcome: 'rejected', refusal: { code: 'picture.too_many_pixels' } });
  });

  it.each([10, 50, 90, 99])('truncated at %i percent is refused in every format', async (percent) => {
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256));
    const picture = () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
    const formats = {
      'image/png': picture().png(),
      'image/jpeg': picture().jpeg(),
      'image/webp': picture().webp({ lossless: true }),
      'image/gif': picture().gif(),
    };
    for (const [declaredType, format] of Object.entries(formats)) {
      const whole = await format.toBuffer();
      const bytes = whole.subarray(0, Math.floor((whole.length * percent) / 100));
      const finding = await inspectPicture(bytes, declaredType);
      expect(finding, declaredType).toMatchObject({ outcome: 'rejected' });
    }
  });
});

describe('I8, I1: a child that', () => {
  const job = { head: Buffer.from('abc'), declaredType: 'application/octet-stream' };

  it.each([
    ['crashes', 'died'],
    ['answers-nonsense', 'answered nonsense'],
    ['is-missing', 'died'],
  ])('%s fails its job and never accepts', async (name, message) => {
    const inspector = anInspector({ childModule: child(name) });
    await expect(inspector.inspectFile(job, signal)).rejects.toThrow(message);
    await expect(inspector.inspectFile(job, signal)).rejects.toThrow(message);
  });

  it('hangs is killed after its time, and jobs behind it fail alone', async () => {
    const inspector = anInspector({ childModule: child('hangs'), timeoutMs: 400 });
    const jobs = await Promise.allSettled([
      inspector.inspectFile(job, signal),
      inspector.inspectFile(job, signal),
    ]);
    expect(jobs.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('takes too much memory ends itself, and the next job gets a new one', async () => {
    const inspector = anInspector({ maxRssBytes: 1 });
    const bytes = await square(2_500).png().toBuffer();
    await expect(inspector.inspectPicture({ bytes, declaredType: 'image/png' }, signal)).rejects.toThrow(
      'died',
    );
    const small = await square(8).png().toBuffer();
    expect(await inspectPicture(small, 'image/png')).toMatchObject({ outcome: 'accepted' });
  });

  it('has served its number of jobs is replaced', async () => {
    const inspector = anInspector({ jobsPerChild: 1 });
    for (let i = 0; i < 3; i += 1) {
      expect(await inspector.inspectFile(job, signal)).toMatchObject({ outcome: 'accepted' });
    }
  });

  it('is given no environment', async () => {
    const inspector = anInspector({ childModule: child('tells-environment') });
    const finding = await inspector.inspectFile(job, signal);
    expect(finding).toMatchObject({ outcome: 'rejected', refusal: { detail: '{}' } });
  });
});
