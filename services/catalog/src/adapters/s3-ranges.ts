import { GetObjectCommand, HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';

const RANGE_BYTES = 8 << 20;
/** One connection gives tens of megabytes a second; a restart wants gigabytes. */
const AT_ONCE = 6;

/** An object in chunks, in their order, of which the next ones are already on their way; undefined: there is none. */
export async function readInRanges(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const length = await lengthOf(s3, object);
  return length === undefined ? undefined : chunks(s3, object, length);
}

async function lengthOf(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
): Promise<number | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand(object))).ContentLength ?? 0;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function* chunks(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  length: number,
): AsyncGenerator<Uint8Array> {
  const stopped = new AbortController();
  const read = async (from: number): Promise<Uint8Array> => {
    const Range = `bytes=${from}-${Math.min(from + RANGE_BYTES, length) - 1}`;
    const { Body } = await s3.send(new GetObjectCommand({ ...object, Range }), {
      abortSignal: stopped.signal,
    });
    if (Body === undefined) throw new Error('an object has no body');
    return await Body.transformToByteArray();
  };
  const ahead: Promise<Uint8Array>[] = [];
  try {
    for (let from = 0; from < length || ahead.length > 0;) {
      for (; ahead.length < AT_ONCE && from < length; from += RANGE_BYTES) {
        const chunk = read(from);
        // Heard of when its turn comes; perhaps nobody asks any more.
        chunk.catch(() => undefined);
        ahead.push(chunk);
      }
      const next = ahead.shift();
      if (next !== undefined) yield await next;
    }
  } finally {
    stopped.abort();
  }
}
