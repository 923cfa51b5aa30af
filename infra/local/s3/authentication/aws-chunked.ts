import { createHash } from 'node:crypto';

import { ByteReader } from '../storage/byte-reader.ts';
import type { ChunkSigning } from './caller.ts';
import { S3Error } from '../errors.ts';
import { signaturesMatch, signChunk, signTrailer } from './signature.ts';

const MAX_TRAILER_LINES = 16;

export interface AwsChunkedOptions {
  signing: ChunkSigning | undefined;
  /** Lower-cased names that x-amz-trailer announced; undefined when the form has no trailer. */
  announcedTrailers: readonly string[] | undefined;
}

/**
 * Decodes a body of `hex-size[;chunk-signature=...]\r\n data \r\n` chunks as it streams, and gives its trailers
 * to `onTrailers`. A chunk is passed on before its signature is known, so a consumer commits only at the end.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  options: AwsChunkedOptions,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(source);
  try {
    const lastSignature = yield* decodeChunks(reader, options.signing);
    onTrailers(await readTrailers(reader, options, lastSignature));
    if (!(await reader.atEnd())) throw new S3Error('IncompleteBody');
  } finally {
    await reader.close();
  }
}

/** Returns the signature that the trailer's builds on. */
async function* decodeChunks(
  reader: ByteReader,
  signing: ChunkSigning | undefined,
): AsyncGenerator<Buffer, string, undefined> {
  let previousSignature = signing?.seedSignature ?? '';
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    const hash = signing && createHash('sha256');
    let left = size;
    while (left > 0) {
      const piece = await reader.atMost(left);
      hash?.update(piece);
      left -= piece.length;
      yield piece;
    }
    if (signing && hash) {
      const expected = signChunk(signing.signingKey, signing.scope, previousSignature, hash.digest('hex'));
      if (!signaturesMatch(expected, signature)) throw new S3Error('SignatureDoesNotMatch');
      previousSignature = expected;
    }
    if (size === 0) return previousSignature;
    if ((await reader.line()) !== '') throw new S3Error('IncompleteBody');
  }
}

function parseChunkHeader(line: string): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw new S3Error('IncompleteBody', 'A chunk of the body is malformed.');
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] ?? '' };
}

async function readTrailers(
  reader: ByteReader,
  { signing, announcedTrailers }: AwsChunkedOptions,
  previousSignature: string,
): Promise<Map<string, string>> {
  const trailers = new Map<string, string>();
  for (;;) {
    if (await reader.atEnd()) break;
    const line = await reader.line();
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size >= MAX_TRAILER_LINES) throw new S3Error('MalformedTrailerError');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailers.get('x-amz-trailer-signature');
  trailers.delete('x-amz-trailer-signature');

  const announced = [...(announcedTrailers ?? [])].sort().join();
  if ([...trailers.keys()].sort().join() !== announced) throw new S3Error('MalformedTrailerError');
  if (signing && announcedTrailers) {
    const canonical = [...trailers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    const expected = signTrailer(signing.signingKey, signing.scope, previousSignature, canonical);
    if (!signaturesMatch(expected, signature ?? '')) throw new S3Error('SignatureDoesNotMatch');
  }
  return trailers;
}
