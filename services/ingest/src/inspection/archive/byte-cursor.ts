import type { ByteSource } from '../byte-source.ts';
import { Rejected } from '../rejected.ts';

/** Goes through a stream once, from front to back, in pieces of the reader's choice. */
export interface ByteCursor {
  /** Bytes handed out so far. */
  position(): number;
  /** Exactly `length` bytes; rejects with `archive.incomplete` when the stream ends before. */
  take(length: number): Promise<Uint8Array>;
  /** The next `length` bytes as they come; to be read to its end before anything else is taken. */
  slices(length: number): AsyncGenerator<Uint8Array>;
  /** Whatever is left. */
  remainder(): AsyncGenerator<Uint8Array>;
  /** Lets the stream go, read to its end or not. Nobody reads from it any more when this resolves. */
  close(): Promise<void>;
}

const NOTHING = new Uint8Array();

export function byteCursor(stream: AsyncIterable<Uint8Array>): ByteCursor {
  const iterator = stream[Symbol.asyncIterator]();
  let buffered: Uint8Array = NOTHING;
  let position = 0;

  async function next(atMost: number): Promise<Uint8Array | undefined> {
    while (buffered.length === 0) {
      const { done, value } = await iterator.next();
      if (done === true) return undefined;
      buffered = value;
    }
    const piece = buffered.subarray(0, atMost);
    buffered = buffered.subarray(piece.length);
    position += piece.length;
    return piece;
  }

  async function* slices(length: number): AsyncGenerator<Uint8Array> {
    for (let missing = length; missing > 0;) {
      const piece = await next(missing);
      if (piece === undefined) throw new Rejected('archive.incomplete');
      missing -= piece.length;
      yield piece;
    }
  }

  return {
    position: () => position,
    async take(length) {
      if (length <= buffered.length) return (length === 0 ? undefined : await next(length)) ?? NOTHING;
      const pieces: Uint8Array[] = [];
      for await (const piece of slices(length)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    slices,
    async *remainder() {
      for (let piece = await next(Infinity); piece !== undefined; piece = await next(Infinity)) yield piece;
    },
    async close() {
      try {
        // Comes after a read that is still under way, when an error of the reader overtook it.
        await iterator.return?.();
      } catch {
        // Whoever closes has a verdict, or the same error.
      }
    },
  };
}

/** The whole file. One that ends too early is the reader's trouble, never the file's fault. */
export async function* wholeFile(source: ByteSource): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of source.stream()) {
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== source.size) throw new Error(`the stream had ${seen} bytes of ${source.size}`);
}
