import { expect, test } from 'vitest';
import { zipBytes } from '../../../testing/archives/zip-bytes.ts';
import { MAX_READ_BYTES, type ByteSource } from '../../byte-source.ts';
import { listZip } from './list-zip.ts';

const FILES = 2000;
const FILE_BYTES = 500_000;
const GAP_BYTES = FILE_BYTES * FILES;

/** A zip of a gigabyte of which only the directory and what follows it exist. */
function sparseZip(): ByteSource & { readBytes: () => number } {
  const name = (i: number): string =>
    `textures/${'a folder of some length/'.repeat(4)}${i}.png`.padEnd(120, 'x');
  const headerBytes = 30 + Buffer.byteLength(name(0));
  const offset = (i: number): number => i * (headerBytes + FILE_BYTES);
  const whole = zipBytes({
    entries: Array.from({ length: FILES }, (_, i) => ({
      name: name(i),
      central: { packed: FILE_BYTES, size: FILE_BYTES, offset: offset(i) },
    })),
    end: { directoryOffset: offset(FILES) },
  });
  const directory = whole.subarray(FILES * headerBytes);
  const size = offset(FILES) + directory.length;
  let readBytes = 0;
  return {
    size,
    readBytes: () => readBytes,
    async read(at, length) {
      expect(length).toBeLessThanOrEqual(MAX_READ_BYTES);
      readBytes += length;
      const bytes = new Uint8Array(length);
      const from = at - offset(FILES);
      if (from >= 0) bytes.set(directory.subarray(from, from + length));
      else bytes.set(directory.subarray(0, Math.max(0, length + from)), -from);
      return bytes;
    },
    whole: () => Promise.reject(new Error('the file is never held')),
    stream() {
      throw new Error('a listing reads no stream');
    },
  };
}

test('the listing of a gigabyte with 2,000 files reads at most 4 MB of it', async () => {
  const source = sparseZip();
  expect(source.size).toBeGreaterThan(GAP_BYTES);
  const { inFile } = await listZip(source);
  expect(inFile).toHaveLength(FILES);
  expect(source.readBytes()).toBeLessThanOrEqual(4_000_000);
});
