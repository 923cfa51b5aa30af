import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE_GZIPS, HOSTILE_TARS } from '../src/testing/archives/hostile-tars.ts';
import { HOSTILE_ZIP_ENTRIES } from '../src/testing/archives/hostile-zip-entries.ts';
import { HOSTILE_ZIP_STRUCTURES } from '../src/testing/archives/hostile-zip-structure.ts';
import { HOSTILE_NAMES } from '../src/testing/archives/hostile-names.ts';
import { gzipBytes, paxHeader, tarBytes } from '../src/testing/archives/tar-bytes.ts';
import { zipBytes } from '../src/testing/archives/zip-bytes.ts';
import { HOSTILE_MODELS } from '../src/testing/models/hostile-models.ts';
import { aStoredFile, inspectorWith } from './support/inspecting.ts';

// Two seconds and 512 MB a file: what outlasts them fails its job, and is no refusal.
const inspector = inspectorWith();
afterAll(() => inspector.close());
const signal = new AbortController().signal;

const inspect = (path: string, bytes: Buffer) => inspector.inspect(aStoredFile(bytes, { path }), signal);
const refusedWith = (code: string) => ({ outcome: 'rejected', refusal: { code } });

// It begins like a program, and is refused before anything else is looked at.
const SELF_EXTRACTING = 'data before it, counted';

describe('I8: in the child, within two seconds and 512 MB, what is hostile is refused with its reason', () => {
  it.each([...HOSTILE_ZIP_STRUCTURES, ...HOSTILE_ZIP_ENTRIES])(
    'a zip with %s: %s',
    async (what, code, make) => {
      const refusal = what === SELF_EXTRACTING ? 'file.program' : code;
      expect(await inspect('a.zip', make())).toMatchObject(refusedWith(refusal));
    },
  );

  it.each(HOSTILE_TARS)('a tar with %s: %s', async (_what, code, make) => {
    expect(await inspect('a.tar', make())).toMatchObject(refusedWith(code));
  });

  it.each(HOSTILE_GZIPS)('a tar.gz with %s: %s', async (_what, code, make) => {
    expect(await inspect('a.tar.gz', make())).toMatchObject(refusedWith(code));
  });

  it.each(HOSTILE_NAMES)('a zip and a tar whose name %s: %s', async (_what, code, names) => {
    const tar = tarBytes(names.flatMap((name) => [paxHeader([['path', name]]), { name: 'x' }]));
    const zip = zipBytes({ entries: names.map((name) => ({ name })) });
    expect(await inspect('a.zip', zip)).toMatchObject(refusedWith(code));
    expect(await inspect('a.tar', tar)).toMatchObject(refusedWith(code));
    expect(await inspect('a.tgz', gzipBytes(tar))).toMatchObject(refusedWith(code));
  });

  it.each([...HOSTILE_ZIP_STRUCTURES, ...HOSTILE_ZIP_ENTRIES, ...HOSTILE_TARS, ...HOSTILE_GZIPS])(
    'and nothing of it is taken for an archive under another name: %s',
    async (_what, _code, make) => {
      const finding = await inspect('a', make());
      // What does not begin like an archive is opaque bytes, which nobody opens.
      expect(finding.outcome === 'accepted' ? finding.archive : undefined).toBeUndefined();
    },
  );

  it.each(HOSTILE_MODELS.filter(({ size }) => size === undefined))(
    'a model: $name',
    async ({ path, bytes, code }) => {
      expect(await inspect(path, bytes())).toMatchObject(refusedWith(code));
    },
  );
});
