import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES, NAMES_THAT_COMPOSE } from '../../testing/archives/hostile-names.ts';
import { HOSTILE_GZIPS, HOSTILE_TARS } from '../../testing/archives/hostile-tars.ts';
import { HOSTILE_ZIP_ENTRIES } from '../../testing/archives/hostile-zip-entries.ts';
import { HOSTILE_ZIP_STRUCTURES } from '../../testing/archives/hostile-zip-structure.ts';
import { memoryByteSource } from '../../testing/archives/memory-byte-source.ts';
import { gzipBytes, paxHeader, tarBytes } from '../../testing/archives/tar-bytes.ts';
import { zipBytes } from '../../testing/archives/zip-bytes.ts';
import { Rejected } from '../rejected.ts';
import { inspectTar, inspectZip } from './inspect-archive.ts';

/** The code of the refusal; whatever else happens is told as it is. */
async function refusal(inspection: Promise<unknown>): Promise<unknown> {
  try {
    return await inspection;
  } catch (error) {
    return error instanceof Rejected ? error.code : error;
  }
}

const zip = (bytes: Buffer): Promise<unknown> => refusal(inspectZip(memoryByteSource(bytes)));
const tar = (bytes: Buffer): Promise<unknown> => refusal(inspectTar(memoryByteSource(bytes), 'tar'));
const tarGz = (bytes: Buffer): Promise<unknown> => refusal(inspectTar(memoryByteSource(bytes), 'tar.gz'));

// The time of this thread on a processor: others may be busy beside it.
async function handledInTime(bytes: Buffer, inspect: (bytes: Buffer) => Promise<unknown>): Promise<unknown> {
  const before = process.threadCpuUsage();
  const answer = await inspect(bytes);
  const { user, system } = process.threadCpuUsage(before);
  expect(user + system).toBeLessThan(2_000_000);
  return answer;
}

describe('a zip is refused within two seconds when it has', () => {
  test.each([...HOSTILE_ZIP_STRUCTURES, ...HOSTILE_ZIP_ENTRIES])('%s: %s', async (_, code, bytes) => {
    expect(await handledInTime(bytes(), zip)).toBe(code);
  });
});

describe('a tar is refused within two seconds when it has', () => {
  test.each(HOSTILE_TARS)('%s: %s', async (_, code, bytes) => {
    expect(await handledInTime(bytes(), tar)).toBe(code);
  });
});

describe('a tar.gz is refused', () => {
  test.each(HOSTILE_GZIPS)('within two seconds when it has %s: %s', async (_, code, bytes) => {
    expect(await handledInTime(bytes(), tarGz)).toBe(code);
  });

  test.each(HOSTILE_TARS.filter(([what]) => what !== 'nothing at all'))(
    'when the tar in it has %s: %s',
    async (_, code, bytes) => {
      expect(await tarGz(gzipBytes(bytes()))).toBe(code);
    },
  );
});

describe('an archive is refused when a name in it', () => {
  test.each(HOSTILE_NAMES)('%s: %s', async (_, code, names) => {
    expect(await zip(zipBytes({ entries: names.map((name) => ({ name })) }))).toBe(code);
    expect(await tar(tarBytes(names.flatMap((name) => [paxHeader([['path', name]]), { name: 'x' }])))).toBe(
      code,
    );
  });

  test('composes to the name of another one', async () => {
    const code = 'archive.duplicate_name';
    expect(await zip(zipBytes({ entries: NAMES_THAT_COMPOSE.map((name) => ({ name })) }))).toBe(code);
    expect(await tar(tarBytes(NAMES_THAT_COMPOSE.map((name) => ({ name }))))).toBe(code);
  });

  test('has a NUL in a zip, where it does not end the name', async () => {
    expect(await zip(zipBytes({ entries: [{ name: 'a.txt\0.exe' }] }))).toBe(
      'archive.name_hidden_characters',
    );
  });
});

test('the refusal names the entry, without what is invisible in it', async () => {
  const bytes = zipBytes({ entries: [{ name: 'a\u202egpj.exe' }] });
  await expect(inspectZip(memoryByteSource(bytes))).rejects.toMatchObject({
    code: 'archive.name_hidden_characters',
    detail: String.raw`"a\u{202e}gpj.exe"`,
  });
});
