import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchiveEntry, ArchiveFacts } from '../../domain/inspecting/findings.ts';
import { memoryByteSource } from '../../testing/archives/memory-byte-source.ts';
import { gzipBytes, paxHeader, tarBytes } from '../../testing/archives/tar-bytes.ts';
import { zipBytes } from '../../testing/archives/zip-bytes.ts';
import { inspectTar, inspectZip } from './inspect-archive.ts';

interface Packed {
  readonly name: string;
  readonly content: Buffer;
  readonly method: 'stored' | 'deflate';
  readonly descriptor: 'signed' | 'bare' | 'signed64' | 'bare64' | undefined;
  readonly zip64: boolean;
}

const FORMATS = ['zip', 'tar', 'tar.gz'] as const;
type Format = (typeof FORMATS)[number];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const part = fc.stringMatching(/^[a-z0-9ü騎_-]{1,8}$/);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.string({ minLength: 1 }), fc.nat(3000)).map(([text, n]) => Buffer.from(text.repeat(n))),
);
const files: fc.Arbitrary<Packed[]> = fc.uniqueArray(
  fc.record({
    // Files in folders that no file can be named like.
    name: fc
      .tuple(
        fc.array(
          part.map((name) => `d.${name}`),
          { maxLength: 3 },
        ),
        part,
      )
      .map(([folders, name]) => [...folders, `f.${name}`].join('/').normalize('NFC')),
    content,
    method: fc.constantFrom('stored', 'deflate'),
    descriptor: fc.constantFrom('signed', 'bare', 'signed64', 'bare64', undefined),
    zip64: fc.boolean(),
  }),
  { selector: (file) => file.name, minLength: 1, maxLength: 8 },
);

function pack(format: Format, packed: readonly Packed[]): Buffer {
  if (format === 'zip') {
    return zipBytes({
      entries: packed.map(({ descriptor, ...file }) => ({ ...file, ...(descriptor && { descriptor }) })),
    });
  }
  const tar = tarBytes(
    packed.flatMap(({ name, content }) => [paxHeader([['path', name]]), { name: 'x', content }]),
  );
  return format === 'tar' ? tar : gzipBytes(tar);
}

const NOTHING = Buffer.alloc(0);
const PIECES = [64 * 1024] as [number, ...number[]];

function inspect(format: Format, bytes: Buffer, pieces = PIECES): Promise<ArchiveFacts> {
  const source = memoryByteSource(bytes, pieces);
  return format === 'zip' ? inspectZip(source) : inspectTar(source, format);
}

/** What somebody gets who fetches the range of an entry. */
function cutOut(archive: Buffer, { stored }: ArchiveEntry): Buffer | undefined {
  if (stored === undefined) return undefined;
  const bytes = archive.subarray(stored.offset, stored.offset + stored.length);
  return stored.method === 'stored' ? bytes : inflateRawSync(bytes);
}

const named = (entries: readonly ArchiveEntry[]): [string, string][] =>
  entries.map(({ path, sha256 }): [string, string] => [path, sha256]);

describe.each(FORMATS)('a %s', (format) => {
  test('lists exactly what was packed, however its bytes arrive', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(files, pieces, async (packed, [first = 1, ...more]) => {
        const bytes = pack(format, packed);
        const facts = await inspect(format, bytes, [first, ...more]);
        expect(named(facts.entries)).toEqual(packed.map(({ name, content }) => [name, sha256(content)]));
        expect(facts.entries.map((entry) => cutOut(bytes, entry))).toEqual(
          packed.map(({ content }) => (format === 'tar.gz' ? undefined : content)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('that is cut off anywhere is refused', async () => {
    const bytes = pack(format, [
      { name: 'a', content: Buffer.from('abc'), method: 'stored', descriptor: undefined, zip64: false },
      { name: 'b', content: Buffer.from('abc'), method: 'deflate', descriptor: 'signed', zip64: true },
    ]);
    // A tar is mostly filling.
    const step = format === 'tar' ? 41 : 1;
    for (let length = 0; length < bytes.length; length += step) {
      await expect(inspect(format, bytes.subarray(0, length))).rejects.toThrow(/^archive\./);
    }
  });

  test('with a changed byte is refused, or tells what is in it', async () => {
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(files, place, fc.integer({ min: 1, max: 255 }), async (packed, place, change) => {
        const bytes = pack(format, packed);
        const at = Math.floor(place * bytes.length);
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        const { answer, entries } = await inspect(format, bytes).then(
          (facts) => ({ answer: 'accepted', entries: facts.entries }),
          (error: Error) => ({ answer: error.message, entries: undefined }),
        );
        expect(answer).toMatch(/^(accepted$|archive\.|model\.)/);
        // No checksum covers the content of a tar: it tells what it now holds.
        const held = entries?.map((entry) => [entry.path, sha256(cutOut(bytes, entry) ?? NOTHING)]);
        const unchanged = entries && packed.map(({ name, content }) => [name, sha256(content)]);
        expect(entries && named(entries)).toEqual(format === 'tar' ? held : unchanged);
      }),
      { numRuns: 300 },
    );
  });
});
