import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { keepCase, readCase } from '../fuzz/kept-cases.ts';
import { runFuzz, type FuzzOptions } from '../fuzz/run-fuzz.ts';
import { caseOf, fuzzSeeds, type Seeds } from '../fuzz/seeds/fuzz-seeds.ts';
import type { FuzzCase } from '../fuzz/fuzz-case.ts';
import { InspectionFault } from '../src/domain/inspecting/inspection-fault.ts';
import type { Inspector } from '../src/domain/ports.ts';
import { aGltf, glbBytes } from '../src/testing/models/gltf-documents.ts';
import { inspectorWith } from './support/inspecting.ts';

// The short version of `npm run fuzz -- files`.
const COUNT = 250;
let seeds: Seeds;
const inspector = inspectorWith({ processes: 2, timeoutMs: 10_000, stallMs: 10_000 });
let folder: string;
beforeAll(async () => {
  seeds = await fuzzSeeds();
  folder = await mkdtemp(join(tmpdir(), 'cairn-fuzz-'));
});
afterAll(async () => {
  await inspector.close();
  await rm(folder, { recursive: true });
});

const fuzz = (cases: readonly FuzzCase[], options: Partial<FuzzOptions> = {}) =>
  runFuzz({
    inspector,
    caseOf: (index) => cases[index] ?? aFile(Buffer.from('x')),
    indices: cases.keys(),
    concurrency: 2,
    patienceMs: 30_000,
    keep: (index, subject, what) => keepCase(folder, `${index}`, subject, what),
    signal: new AbortController().signal,
    ...options,
  });

const aFile = (bytes: Buffer, path = 'a.bin'): FuzzCase => ({
  origin: 'a test',
  role: 'file',
  path,
  declaredType: 'application/octet-stream',
  bytes,
});

it(`I1, I8: of ${COUNT} mutated files each is accepted soundly, refused, or could not be told`, async () => {
  const result = await fuzz(Array.from({ length: COUNT }, (_, i) => caseOf(seeds, 7, i)));
  expect(result).toMatchObject({ ran: COUNT, broken: [], could_not_tell: {} });
  expect(Object.keys(result.accepted).length).toBeGreaterThan(5);
  expect(Object.keys(result.rejected).length).toBeGreaterThan(10);
});

it('the same seed gives the same files', async () => {
  const again = await fuzzSeeds();
  const some = (from: Seeds, seed: number) => Array.from({ length: 40 }, (_, i) => caseOf(from, seed, i));
  expect(some(again, 7)).toEqual(some(seeds, 7));
  expect(some(seeds, 8)).not.toEqual(some(seeds, 7));
});

it('a model whose files lie in the folder above it is accepted', async () => {
  const model = glbBytes(aGltf({}, { 'images.0.uri': '../textures/wood.png' }));
  const result = await fuzz([aFile(model, 'models/a.glb'), aFile(model, 'a.glb')]);
  expect(result).toMatchObject({ accepted: { glb: 1 }, rejected: { 'model.external_reference': 1 } });
});

describe('an inspector that does not keep its promises is found out:', () => {
  const saying = (finding: unknown): Inspector => ({ inspect: async () => finding as never });
  const accepting = (more: object): Inspector => ({
    async inspect(file, signal) {
      for await (const _ of file.stream(signal));
      return { outcome: 'accepted', media_type: 'application/octet-stream', ...more };
    },
  });
  const zeros = Buffer.alloc(64).toString('hex');
  const entry = {
    path: 'a',
    size: 1,
    sha256: zeros,
    media_type: 'text/plain',
    native_code: undefined,
    model: undefined,
  };
  const program = aFile(Buffer.concat([Buffer.from('\u007fELF'), Buffer.alloc(100)]));
  const noise: FuzzCase = { ...aFile(Buffer.from('no picture')), role: 'picture' };
  const picture = { width: 1, height: 1, thumbhash: 'AA==', dominant_color: '#000000', derived: [] };

  it.each([
    ['accepts what nobody can decode', noise, accepting({ picture }), /can be decoded/],
    ['accepts a program', program, accepting({}), /no program/],
    [
      'lists what is not in the archive',
      aFile(Buffer.from('PK\u0005\u0006'.padEnd(22, '\0'), 'latin1')),
      accepting({
        archive: { format: 'zip', entries: [{ ...entry, stored: undefined }], unpacked_bytes: 1 },
      }),
      /the same files/,
    ],
    [
      'refuses with a code of its own',
      program,
      saying({ outcome: 'rejected', refusal: { code: 'x' } }),
      /known code/,
    ],
    ['throws anything', program, { inspect: () => Promise.reject(new TypeError('oops')) }, /oops/],
    ['never answers', program, { inspect: () => new Promise<never>(() => undefined) }, /ends within/],
  ] as const)('one that %s', async (_what, subject, broken, message) => {
    const result = await fuzz([subject], { inspector: broken, patienceMs: 2_000 });
    expect(result.broken).toMatchObject([{ what: expect.stringMatching(message) }]);
    expect(await readCase(result.broken[0]?.file ?? '')).toEqual(subject);
  });

  it('one whose derivatives show something else', async () => {
    const make = (background: string) => sharp({ create: { width: 8, height: 8, channels: 3, background } });
    const webp = await make('white').webp().toBuffer();
    const derived = [1, 2, 3].map(() => ({ width: 8, height: 8, webp }));
    const black: FuzzCase = { ...noise, bytes: await make('black').png().toBuffer() };
    const result = await fuzz([black], {
      inspector: accepting({ picture: { ...picture, width: 8, height: 8, derived } }),
    });
    expect(result.broken).toMatchObject([{ what: expect.stringMatching('shows the original') }]);
  });

  it('but one that could not tell is counted, and its file kept', async () => {
    const fault = new InspectionFault('stalled', 'file');
    const result = await fuzz([program], { inspector: { inspect: () => Promise.reject(fault) } });
    expect(result).toMatchObject({
      broken: [],
      could_not_tell: { stalled: 1 },
      kept: [{ what: 'stalled, by file' }],
    });
  });
});
