import type { FileToInspect } from '../../domain/ports.ts';
import { HEAD_BYTES } from '../../inspection/protocol.ts';

/** Smaller files are read from the store in one request, with their head; of others the head is one of its own. */
const ONE_REQUEST_BYTES = 32 * 2 ** 20;

/** The content of one file for one job: its head first, then all of it, if that is wanted. */
export interface ContentFeed {
  head(): Promise<Uint8Array>;
  /** The next piece of the whole, from its first byte on; undefined after the last one. */
  next(): Promise<Uint8Array | undefined>;
  close(): void;
}

export function contentFeed(file: FileToInspect, signal: AbortSignal): ContentFeed {
  let pieces: AsyncIterator<Uint8Array> | undefined;
  const kept: Uint8Array[] = [];

  async function more(): Promise<Uint8Array | undefined> {
    pieces ??= file.stream(signal)[Symbol.asyncIterator]();
    const { done, value } = await pieces.next();
    return done === true ? undefined : value;
  }

  return {
    async head() {
      if (file.size > ONE_REQUEST_BYTES) return file.read(0, HEAD_BYTES, signal);
      let length = 0;
      while (length < HEAD_BYTES) {
        const piece = await more();
        if (piece === undefined) break;
        kept.push(piece);
        length += piece.byteLength;
      }
      return Buffer.concat(kept, length).subarray(0, HEAD_BYTES);
    },
    next: async () => kept.shift() ?? more(),
    close() {
      // Whoever waits for a piece has been aborted; the store's connection goes with it.
      void pieces?.return?.().catch(() => undefined);
    },
  };
}
