import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ArchiveFacts } from '../../domain/inspecting/findings.ts';
import { memoryByteSource } from '../../testing/archives/memory-byte-source.ts';
import {
  base256,
  GNU,
  gnuLongName,
  gzipBytes,
  paxHeader,
  tarBytes,
  type TarEntrySpec,
} from '../../testing/archives/tar-bytes.ts';
import { inspectTar } from './inspect-archive.ts';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const paths = ({ entries }: ArchiveFacts): string[] => entries.map((entry) => entry.path);
const tar = (...entries: (TarEntrySpec | Buffer)[]): Promise<ArchiveFacts> =>
  inspectTar(memoryByteSource(tarBytes(entries)), 'tar');

const TEXT = 'some text, and some text, and some text';

describe('a tar', () => {
  test('is listed with what its files are and where their bytes lie', async () => {
    const facts = await tar({ name: 'art/', type: '5' }, { name: 'art/a.txt', content: TEXT });
    expect(facts.format).toBe('tar');
    expect(facts.entries).toEqual([
      {
        path: 'art/a.txt',
        size: TEXT.length,
        sha256: sha256(TEXT),
        media_type: 'text/plain',
        stored: { offset: 1024, length: TEXT.length, method: 'stored' },
        native_code: undefined,
        model: undefined,
      },
    ]);
  });

  const long = `${'folder/'.repeat(20)}a.txt`;
  const file: TarEntrySpec = { name: 'a.txt', content: TEXT };
  const forms: readonly (readonly [string, (TarEntrySpec | Buffer)[], string])[] = [
    ['of the oldest kind', [{ ...file, magic: '', type: '\0' }], 'a.txt'],
    ['of GNU', [{ ...file, magic: GNU }], 'a.txt'],
    ['with a prefix', [{ ...file, prefix: 'b/c' }], 'b/c/a.txt'],
    ['with a long name of GNU', [gnuLongName(long), { ...file, magic: GNU }], long],
    [
      'with an extended path',
      [
        paxHeader([
          ['mtime', '1.5'],
          ['path', long],
        ]),
        file,
      ],
      long,
    ],
    ['with an extended size', [paxHeader([['size', String(TEXT.length)]]), file], 'a.txt'],
    ['after a comment for all', [paxHeader([['comment', 'f00']], 'g'), file], 'a.txt'],
    ['with a size in base 256', [{ ...file, size: base256(TEXT.length) }], 'a.txt'],
    [
      'below the folder itself',
      [
        { name: './', type: '5' },
        { ...file, name: './a.txt' },
      ],
      'a.txt',
    ],
  ];
  test.each(forms)('can have a file %s', async (_, entries, path) => {
    const facts = await tar(...entries, { name: 'last', content: 'x' });
    expect(facts.entries[0]).toMatchObject({ path, sha256: sha256(TEXT) });
    expect(paths(facts)).toEqual([path, 'last']);
  });

  test('can be filled up with zeros', async () => {
    const bytes = tarBytes([file], Buffer.alloc(10_240));
    expect(paths(await inspectTar(memoryByteSource(bytes), 'tar'))).toEqual(['a.txt']);
  });

  test('that is packed cannot be entered', async () => {
    const name = Buffer.from('pack.tar\0comment\0');
    const bytes = gzipBytes(tarBytes([file]), { flags: 8 + 16, fields: name });
    const facts = await inspectTar(memoryByteSource(bytes), 'tar.gz');
    expect(facts).toMatchObject({ format: 'tar.gz', entries: [{ path: 'a.txt', sha256: sha256(TEXT) }] });
    expect(facts.entries[0]?.stored).toBeUndefined();
  });
});
