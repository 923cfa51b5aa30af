import { DomainError } from '@cairn/shared/errors/domain-error';
import { displayPathField } from '@cairn/shared/fields/display-path';
import { newId } from '@cairn/shared/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTILE_NAMES } from '../../testing/archives/hostile-names.ts';
import { aDeclaration, aDeclaredFile, anAsset } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';

const COLLISIONS = new Set<string>(['archive.duplicate_name', 'archive.name_collision']);
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const aFileOf = (size: number, path: string, main = false) => ({
  ...aDeclaredFile(Buffer.from('abc'), path),
  size,
  main,
});

describe('a dry run', () => {
  it('tells the plan and the quota of what would be accepted, and writes nothing', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    await h.declare(owner, aDeclaration({ files: [aFileOf(10, 'a.bin')] }));
    const declaration = aDeclaration({
      files: [aFileOf(5, 'small.bin'), aFileOf(33 * MIB, 'large.bin', true)],
      version: '2.0.0',
    });
    const trial = await h.tryDeclaration(owner, declaration);
    expect(trial).toEqual({
      problems: [],
      plan: {
        version: '2.0.0',
        totalBytes: 33 * MIB + 5,
        mainPath: 'large.bin',
        files: [
          { role: 'file', path: 'small.bin', size: 5, parts: undefined },
          {
            role: 'file',
            path: 'large.bin',
            size: 33 * MIB,
            parts: { part_size: 16 * MIB, part_count: 3, store_id: undefined },
          },
        ],
      },
      quota: {
        bytes: { limit: GIB, used: 10, wanted: 33 * MIB + 5 },
        assets: { limit: 10, used: 1, wanted: 1 },
        open_uploads: { limit: 5, used: 1, wanted: 1 },
      },
    });
    expect((await h.list(owner, { limit: 10, after: undefined })).uploads).toHaveLength(1);
    expect(await h.quotas.usage(owner)).toEqual({ bytes: 10, assets: 1, openUploads: 1 });
  });

  it.each([
    ['setup.exe', 'application/octet-stream', 'path'],
    ['Setup.MSI', 'application/octet-stream', 'path'],
    ['tool.bin', 'application/x-msdownload', 'content_type'],
    ['tool.bin', 'application/vnd.android.package-archive', 'content_type'],
  ])(
    'tells by name and declared type that %s (%s) is a program, as the declaration does',
    async (path, type, at) => {
      const h = memoryIngest();
      const declaration = aDeclaration({
        files: [aFileOf(1, 'a.bin'), { ...aFileOf(1, path), content_type: type }],
      });
      const problem = { code: 'file.program', field: `/files/1/${at}`, hint: expect.stringContaining('zip') };
      expect((await h.tryDeclaration(newId('user'), declaration)).problems).toMatchObject([problem]);
      await expect(h.declare(newId('user'), declaration)).rejects.toMatchObject({ errors: [problem] });
    },
  );

  it('tells all problems at once, each with its place, its code and a hint', async () => {
    const h = memoryIngest();
    const owner = newId('user');
    const asset = anAsset(owner);
    h.catalog.set(asset.asin, asset);
    const { problems } = await h.tryDeclaration(
      owner,
      aDeclaration({
        target: { kind: 'release', asin: asset.asin },
        version: '1.0.0',
        files: [aFileOf(6 * GIB, 'a.bin', true), aFileOf(1, 'A.bin', true), aFileOf(1, 'a.BIN', true)],
      }),
    );
    expect(problems.map(({ code, field }) => [code, field])).toEqual([
      ['upload.file_too_large', '/files/0/size'],
      ['upload.two_main_files', '/files/1/main'],
      ['upload.two_main_files', '/files/2/main'],
      ['upload.duplicate_path', '/files/1/path'],
      ['upload.duplicate_path', '/files/2/path'],
      ['release.version_taken', '/version'],
      ['quota.exceeded', 'quota.bytes'],
    ]);
    for (const { hint } of problems) expect(hint).toMatch(/\w/);
  });

  it.each(HOSTILE_NAMES.filter(([, code]) => COLLISIONS.has(code)))(
    'refuses paths of files and of pictures by the rule for archives: a path that %s',
    async (_what, _code, names) => {
      const h = memoryIngest();
      const declared = names.map((name) => aFileOf(1, displayPathField.parse(name)));
      const { problems } = await h.tryDeclaration(newId('user'), aDeclaration({ files: declared }));
      const last = declared.length - 1;
      expect(problems).toEqual([
        {
          field: `/files/${last}/path`,
          code: 'upload.duplicate_path',
          message: expect.stringContaining('/files/0'),
          hint: expect.stringMatching(/\w/),
        },
      ]);
      const pictures = aDeclaration({ pictures: declared });
      await expect(h.declare(newId('user'), pictures)).rejects.toMatchObject({
        errors: [{ field: `/pictures/${last}/path`, code: 'upload.duplicate_path' }],
      });
    },
  );

  it.each(HOSTILE_NAMES.filter(([, code]) => !COLLISIONS.has(code)))(
    'never gets to see a path that no archive may have: one that %s',
    (_what, _code, names) => {
      const refused = names.every((name) => !displayPathField.safeParse(name).success);
      // White space around what was typed is taken off.
      const trimmed = names.some((name) => typeof name === 'string' && name.trim() !== name);
      expect(refused || trimmed).toBe(true);
    },
  );

  it('may have a picture and a file of one path: they are never in one folder', async () => {
    const same = [aFileOf(1, 'a.png')];
    const { problems } = await memoryIngest().tryDeclaration(
      newId('user'),
      aDeclaration({ files: same, pictures: same }),
    );
    expect(problems).toEqual([]);
  });

  it("says nothing of the quota of somebody else's asset", async () => {
    const h = memoryIngest();
    const [owner, stranger] = [newId('user'), newId('user')];
    const asset = anAsset(owner);
    h.catalog.set(asset.asin, asset);
    await h.declare(owner, aDeclaration());
    const release = aDeclaration({ target: { kind: 'release', asin: asset.asin }, version: '2.0.0' });
    const trial = await h.tryDeclaration(stranger, release);
    expect(trial.problems.map(({ code }) => code)).toEqual(['asset.not_owner']);
    expect(trial.quota.bytes.used).toBe(0);
  });

  it('accepts exactly what the declaration right after is accepted for, and names its refusal', async () => {
    const sizes = fc.constantFrom(1, 33 * MIB, 300 * MIB, 600 * MIB, 6 * GIB);
    const file = fc.record({ size: sizes, path: fc.constantFrom('a', 'A', 'b', 'c'), main: fc.boolean() });
    const pictures = fc.array(fc.constantFrom(1, 26 * MIB), { maxLength: 2 });
    const step = fc.record({
      files: fc.array(file, { minLength: 1, maxLength: 3 }),
      pictures,
      user: fc.constantFrom(0, 1),
      asset: fc.constantFrom('new', 'own', 'unknown'),
      version: fc.constantFrom('1.0.0', '1.1.0'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const h = memoryIngest();
        const users = [newId('user'), newId('user')] as const;
        const asset = anAsset(users[0]);
        h.catalog.set(asset.asin, asset);
        for (const wanted of steps) {
          const asin = wanted.asset === 'own' ? asset.asin : newId('asset');
          const declaration = aDeclaration({
            ...(wanted.asset === 'new' ? {} : { target: { kind: 'release', asin } }),
            version: wanted.version,
            files: wanted.files.map(({ size, path, main }) => aFileOf(size, path, main)),
            pictures: wanted.pictures.map((size) => aFileOf(size, 'p.png')),
          });
          const user = users[wanted.user === 0 ? 0 : 1];
          const { problems } = await h.tryDeclaration(user, declaration);
          const codes = await refusalCodes(h.declare(user, declaration));
          expect(problems.length === 0).toBe(codes.length === 0);
          expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** The codes that a refusal tells: of its fields where it is about fields. Empty: it was accepted. */
async function refusalCodes(declared: Promise<unknown>): Promise<string[]> {
  try {
    await declared;
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code === 'request.invalid' ? error.errors.map(({ code }) => code) : [error.code];
  }
}
