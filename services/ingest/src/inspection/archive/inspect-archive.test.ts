import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ArchiveFacts } from '../../domain/inspecting/findings.ts';
import { memoryByteSource } from '../../testing/archives/memory-byte-source.ts';
import { tarBytes, type TarEntrySpec } from '../../testing/archives/tar-bytes.ts';
import {
  extraField,
  unicodePathField,
  zip64Field,
  zipBytes,
  type ZipEntrySpec,
  type ZipSpec,
} from '../../testing/archives/zip-bytes.ts';
import type { ByteSource } from '../byte-source.ts';
import { inspectTar, inspectZip } from './inspect-archive.ts';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const paths = ({ entries }: ArchiveFacts): string[] => entries.map((entry) => entry.path);
const zip = (...entries: ZipEntrySpec[]): Promise<ArchiveFacts> =>
  inspectZip(memoryByteSource(zipBytes({ entries })));
const tar = (...entries: (TarEntrySpec | Buffer)[]): Promise<ArchiveFacts> =>
  inspectTar(memoryByteSource(tarBytes(entries)), 'tar');

const TEXT = 'some text, and some text, and some text';
const GLTF = (...uris: string[]): string =>
  JSON.stringify({ asset: { version: '2.0' }, images: uris.map((uri) => ({ uri })) });
// The first bytes of a 64-bit Linux program for x86.
const ELF = Buffer.concat([
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
  Buffer.alloc(8),
  Buffer.from([3, 0, 62, 0, 1, 0, 0, 0]),
  Buffer.alloc(100),
]);

describe('a zip', () => {
  test('is listed with what its files are and where their bytes lie', async () => {
    const facts = await zip(
      { name: 'art/' },
      { name: 'art/a.txt', content: TEXT, method: 'deflate' },
      { name: 'b.txt', content: TEXT },
    );
    const shared = { size: TEXT.length, sha256: sha256(TEXT), media_type: 'text/plain' };
    expect(facts).toMatchObject({ format: 'zip', unpacked_bytes: 2 * TEXT.length });
    expect(facts.entries).toEqual([
      {
        ...shared,
        path: 'art/a.txt',
        stored: { offset: 34 + 39, length: expect.any(Number), method: 'deflate' },
        native_code: undefined,
        model: undefined,
      },
      {
        ...shared,
        path: 'b.txt',
        stored: { offset: expect.any(Number), length: TEXT.length, method: 'stored' },
        native_code: undefined,
        model: undefined,
      },
    ]);
  });

  const ordinary: readonly (readonly [string, Partial<ZipEntrySpec>])[] = [
    ['stored', {}],
    ['deflated', { method: 'deflate' }],
    ['described after its data', { method: 'deflate', descriptor: 'signed' }],
    ['described without a signature', { method: 'deflate', descriptor: 'bare' }],
    ['described in 64 bits', { descriptor: 'signed64' }],
    ['described in 64 bits without a signature', { descriptor: 'bare64' }],
    ['measured in 64 bits', { method: 'deflate', zip64: true }],
    ['measured in 64 bits and described after its data', { zip64: true, descriptor: 'signed64' }],
    ['described after its data and before', { descriptor: 'signed', local: { size: TEXT.length } }],
    ['measured twice in the directory', { central: { extra: zip64Field(TEXT.length, TEXT.length) } }],
    ['given its name twice', { both: { extra: unicodePathField('a.txt', 'a.txt') } }],
    ['aligned with zeros', { local: { extra: Buffer.alloc(3) } }],
    ['given times and owners', { both: { extra: extraField(0x5455, Buffer.alloc(5)) } }],
    ['packed on DOS', { central: { madeBy: 20, attributes: 0x20 } }],
    ['commented', { central: { comment: 'an entry' } }],
  ];
  test.each(ordinary)('can have a file that is %s', async (_, spec) => {
    const facts = await zip({ name: 'a.txt', content: TEXT, ...spec }, { name: 'b', content: 'b' });
    expect(facts.entries[0]).toMatchObject({ path: 'a.txt', sha256: sha256(TEXT) });
    expect(paths(facts)).toEqual(['a.txt', 'b']);
  });

  const wholes: readonly (readonly [string, Partial<ZipSpec>])[] = [
    ['a comment', { comment: Buffer.from('a comment') }],
    ['a zip64 end', { zip64End: true }],
    [
      'a zip64 end only',
      { zip64End: true, end: { entries: 0xffff, entriesHere: 0xffff, directoryOffset: 0xffff_ffff } },
    ],
    ['its directory in another order', { order: [1, 0] }],
  ];
  test.each(wholes)('can have %s', async (_, spec) => {
    const entries = [
      { name: 'a', content: TEXT },
      { name: 'b', content: 'b' },
    ];
    const facts = await inspectZip(memoryByteSource(zipBytes({ entries, ...spec })));
    expect(paths(facts).toSorted()).toEqual(['a', 'b']);
  });

  test('can have empty files, and folders as some writers deflate them', async () => {
    const empty = { data: Buffer.alloc(0), method: 'deflate' } as const;
    const facts = await zip({ name: 'a/', method: 'deflate' }, { name: 'b', ...empty }, { name: 'c' });
    expect(facts.entries.map(({ size, stored }) => ({ size, stored: stored?.method }))).toEqual([
      { size: 0, stored: 'stored' },
      { size: 0, stored: 'stored' },
    ]);
  });

  test('can name a folder more than once, or never', async () => {
    const facts = await zip({ name: 'a/' }, { name: 'a/b/c' }, { name: 'a/' }, { name: 'd/e' });
    expect(paths(facts)).toEqual(['a/b/c', 'd/e']);
  });

  const names = [
    'Gr\u00fcn … und mehr…',
    '騎士（１）？.png',
    'می\u200cخواهم.txt',
    '❤️.txt',
    '.hidden',
    'console.log',
    "it's.txt",
  ];
  test.each(names)('can have a file with the name %j', async (name) => {
    expect(paths(await zip({ name }))).toEqual([name]);
  });

  test('can have a zip as a file, which is not opened', async () => {
    const inner = zipBytes({ entries: [{ name: '../evil', content: 'x' }] });
    const facts = await zip({ name: 'inner.zip', content: inner });
    expect(facts.entries).toMatchObject([{ path: 'inner.zip', media_type: 'application/zip' }]);
  });

  test('can have what only looks like a descriptor in a stored file, cut anywhere', async () => {
    const inner = zipBytes({ entries: [{ name: 'a', content: 'b', descriptor: 'signed' }] });
    const spec = { name: 'inner.zip', content: Buffer.concat([inner, inner]), descriptor: 'signed' } as const;
    const bytes = zipBytes({ entries: [spec] });
    for (const pieceBytes of [1, 7, 64]) {
      const source = { ...memoryByteSource(bytes), stream: () => piecesOf(bytes, pieceBytes) };
      expect(paths(await inspectZip(source))).toEqual(['inner.zip']);
    }
  });

  test('can have names in UTF-8 without saying so, and composes them', async () => {
    const facts = await zip({ name: 'Gru\u0308n.txt', both: { flags: 0 } }, { name: '騎士.txt' });
    expect(paths(facts)).toEqual(['Gr\u00fcn.txt', '騎士.txt']);
  });

  test('may hold very even content, within the limits', async () => {
    const content = Buffer.alloc(50_000_000);
    const facts = await zip({ name: 'mask.tga', content, method: 'deflate' });
    expect(facts.entries[0]?.sha256).toBe(sha256(content));
  });
});

describe('a file in an archive', () => {
  test('tells that it is a program, and for what', async () => {
    const facts = await zip({ name: 'lib/plug-in.so', content: ELF, method: 'deflate' });
    expect(facts.entries[0]?.native_code).toEqual({ format: 'elf', platforms: ['linux-x64'] });
  });

  test('tells what model it is, when its files are in the archive', async () => {
    const model = GLTF('../tex/a%20b.png', 'c.png');
    const files = ['tex/a b.png', 'models/c.png'].map((name) => ({ name, content: 'x' }));
    const facts = await tar({ name: 'models/m.gltf', content: model }, ...files);
    expect(facts.entries[0]?.model).toMatchObject({ format: 'gltf', textures: 0 });
    expect(facts.entries[1]?.model).toBeUndefined();
  });

  test('is refused when it is a model without its files', async () => {
    const files = [{ name: 'models/m.gltf', content: GLTF('c.png') }, { name: 'c.png' }];
    const refused = { code: 'model.missing_file', detail: '"models/m.gltf" needs "models/c.png"' };
    await expect(zip(...files)).rejects.toMatchObject(refused);
    await expect(tar(...files)).rejects.toMatchObject(refused);
  });

  test('is refused when it is a model that takes more of a file than there is', async () => {
    const buffers = [
      { uri: 'm.bin', byteLength: 4 },
      { uri: './m.bin', byteLength: 3 },
    ];
    const content = JSON.stringify({ asset: { version: '2.0' }, buffers });
    const files = (bin: string) => [
      { name: 'a/m.gltf', content },
      { name: 'a/m.bin', content: bin },
    ];
    const facts = await zip(...files('1234 and more'));
    expect(facts.entries[0]?.model?.buffers).toEqual([{ path: 'm.bin', bytes: 4 }]);
    const detail = '"a/m.gltf" needs 4 bytes of "a/m.bin", which has 3';
    await expect(tar(...files('123'))).rejects.toMatchObject({ code: 'model.file_too_short', detail });
  });

  test('is refused when it is a broken model', async () => {
    await expect(zip({ name: 'm.gltf', content: '{' })).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  test('is no model when it is what macOS writes beside one', async () => {
    const content = Buffer.concat([Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0]), Buffer.alloc(100)]);
    const facts = await zip({ name: '__MACOSX/._m.gltf', content });
    expect(facts.entries[0]?.model).toBeUndefined();
  });
});

test('a refusal in the middle of a file lets its stream go', async () => {
  const data = Buffer.concat([Buffer.alloc(2_000_000), Buffer.alloc(2_000_000, 0xff)]);
  const whole = memoryByteSource(zipBytes({ entries: [{ name: 'a', data, method: 'deflate' }] }));
  let open = 0;
  const source: ByteSource = {
    ...whole,
    async *stream() {
      open += 1;
      try {
        for await (const piece of whole.stream()) {
          await setImmediate();
          yield piece;
        }
      } finally {
        open -= 1;
      }
    },
  };
  await expect(inspectZip(source)).rejects.toMatchObject({ name: 'Rejected' });
  expect(open).toBe(0);
});

describe('an archive that cannot be read to its end', () => {
  const bytes = zipBytes({
    entries: [{ name: 'a', content: Buffer.alloc(5_000_000, 'abc'), method: 'deflate' }],
  });
  const whole = memoryByteSource(bytes);
  const broken: readonly (readonly [string, Partial<ByteSource>])[] = [
    [
      'its stream breaks',
      {
        stream: async function* () {
          yield bytes.subarray(0, 1000);
          throw new Error('it broke');
        },
      },
    ],
    [
      'its stream ends early',
      {
        stream: async function* () {
          yield bytes.subarray(0, 1000);
        },
      },
    ],
    ['a range cannot be read', { read: () => Promise.reject(new Error('it broke')) }],
  ];
  test.each(broken)('is not judged when %s', async (_, fault) => {
    await expect(inspectZip({ ...whole, ...fault })).rejects.toThrow(/it broke|the stream had/);
  });
});

async function* piecesOf(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
