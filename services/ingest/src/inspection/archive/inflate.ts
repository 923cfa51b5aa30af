import { pipeline } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import type { RefusalCode } from '../../domain/refusals.ts';
import { Rejected } from '../rejected.ts';

const OUTPUT_CHUNK_BYTES = 256 * 1024;

// What zlib says of bad data. Everything else, such as Z_MEM_ERROR, is no verdict.
const BAD_DATA = new Set<unknown>(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT']);

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/**
 * Inflates a raw deflate stream that has to end exactly with the last of its `length` compressed bytes.
 * How much comes out is for the caller to bound: it stops by leaving the loop.
 */
export async function* inflate(
  compressed: AsyncIterable<Uint8Array>,
  length: number,
  what: string,
  cutOff: RefusalCode = 'archive.corrupt',
): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: OUTPUT_CHUNK_BYTES });
  // An error of the source destroys the inflater with it, so that it arrives in the loop below.
  pipeline(compressed, inflater, () => undefined);
  try {
    for await (const chunk of inflater) yield chunk;
  } catch (error) {
    if (codeOf(error) === 'Z_BUF_ERROR') throw new Rejected(cutOff, what);
    if (BAD_DATA.has(codeOf(error))) throw new Rejected('archive.corrupt', what);
    throw error;
  }
  if (inflater.bytesWritten !== length) throw new Rejected('archive.extra_data', `after ${what}`);
}

/** The same at once, for what is small: a stream for each of thousands of small files would take minutes. */
export function inflateWhole(compressed: Uint8Array, size: number, what: string): Uint8Array {
  try {
    // One byte more is let out than may come, so that more is seen as such.
    const { buffer, engine } = inflateRawSync(compressed, {
      maxOutputLength: size + 1,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (engine.bytesWritten !== compressed.length) {
      throw new Rejected('archive.extra_data', `after ${what}`);
    }
    return buffer;
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new Rejected('archive.size_mismatch', what);
    if (BAD_DATA.has(codeOf(error))) throw new Rejected('archive.corrupt', what);
    throw error;
  }
}
