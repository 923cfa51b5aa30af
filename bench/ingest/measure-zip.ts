import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { FileToInspect } from '@cairn/ingest/src/domain/ports.ts';
import type { BenchContext, Measured } from '../benchmark.ts';
import { startInspectionPool } from './inspection-pool.ts';
import { makeLargeZip } from './large-zip.ts';

const FILES = 2_000;
const ZIP_BYTES = 2 ** 30;
const PIECE_BYTES = 2 ** 18;

/**
 * A zip on the disk through ingest's pool. It is listed by the ranges that the child asks for; then comes the
 * one pass in which every entry is unpacked and hashed, and the file as a whole, too.
 */
export async function measureZip({ tempFolder, scope, signal, say }: BenchContext): Promise<Measured[]> {
  const file = path.join(tempFolder, 'pack.zip');
  say(`zip: making one of ${FILES} files`);
  const size = await makeLargeZip(file, FILES, ZIP_BYTES);
  const handle = await scope.hold(open(file), (each) => each.close());
  const inspector = await startInspectionPool(scope);

  let rangeBytes = 0;
  let streamedBytes = 0;
  let hash: Hash | undefined;
  const stored: FileToInspect = {
    role: 'file',
    path: 'pack.zip',
    size,
    declaredType: 'application/zip',
    async read(offset, length) {
      rangeBytes += length;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    async *stream() {
      hash = createHash('sha256');
      for await (const piece of createReadStream(file, {
        highWaterMark: PIECE_BYTES,
      }) as AsyncIterable<Buffer>) {
        hash.update(piece);
        streamedBytes += piece.length;
        yield piece;
      }
    },
  };
  const hashedAlone = await secondsOf(() => hashFile(file));
  const seconds = await secondsOf(async () => {
    const finding = await inspector.inspect(stored, signal);
    const entries = finding.outcome === 'accepted' ? finding.archive?.entries.length : undefined;
    if (entries !== FILES)
      throw new Error(`the zip was not listed: ${JSON.stringify(finding).slice(0, 200)}`);
  });
  if (streamedBytes !== size || hash?.digest('hex') !== (await hashFile(file))) {
    throw new Error('the zip was not read once, from its first byte to its last');
  }
  const sizes = `${FILES} files in ${(size / 1e6).toFixed(0)} MB`;
  return [
    { metric: 'zip_listing_read_mb', value: rangeBytes / 1e6, reference: sizes, trials: 1 },
    {
      metric: 'zip_full_pass_s',
      value: seconds,
      reference: `${sizes}; SHA-256 of the file alone: ${hashedAlone.toFixed(1)} s`,
      trials: 1,
    },
  ];
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}
