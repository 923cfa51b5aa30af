import type { ContentHash } from '../../domain/inspecting/content-hash.ts';
import type { ToHashingThread } from './protocol.ts';

const BUFFER_BYTES = 2 ** 20;
/** One is filled, one is hashed, one is on its way. */
const BUFFERS = 3;

/** One hash in the thread, as its owner sees it. */
export interface ThreadedHash extends ContentHash {
  taken(buffer: ArrayBuffer): void;
  digested(sha256: string): void;
  fail(error: Error): void;
}

export function threadedHash(options: {
  id: number;
  post: (message: ToHashingThread, owned: readonly ArrayBuffer[]) => void;
  ended: () => void;
}): ThreadedHash {
  const { id, post, ended } = options;
  const free: ArrayBuffer[] = [];
  let made = 0;
  let filling: Uint8Array | undefined;
  let filled = 0;
  let failure: Error | undefined;
  let room = Promise.withResolvers<void>();
  const digest = Promise.withResolvers<string>();
  // Whoever never asks for the digest is not told of its failure.
  digest.promise.catch(() => undefined);

  function takeBuffer(): Uint8Array | undefined {
    const buffer = free.pop();
    if (buffer !== undefined) return new Uint8Array(buffer);
    if (made === BUFFERS) return undefined;
    made += 1;
    return new Uint8Array(BUFFER_BYTES);
  }

  function send(): void {
    if (filling === undefined || filled === 0) return;
    const buffer = filling.buffer as ArrayBuffer;
    post({ kind: 'piece', id, buffer, length: filled }, [buffer]);
    filling = undefined;
    filled = 0;
  }

  /** Copies what there is room for; resolves to how much that was. */
  function copy(piece: Uint8Array): number {
    filling ??= takeBuffer();
    if (filling === undefined) return 0;
    const part = piece.subarray(0, BUFFER_BYTES - filled);
    filling.set(part, filled);
    filled += part.byteLength;
    if (filled === BUFFER_BYTES) send();
    return part.byteLength;
  }

  async function copyRest(piece: Uint8Array): Promise<void> {
    let rest = piece;
    while (rest.byteLength > 0) {
      if (failure !== undefined) throw failure;
      const copied = copy(rest);
      rest = rest.subarray(copied);
      if (copied > 0) continue;
      room = Promise.withResolvers();
      await room.promise;
    }
  }

  return {
    update(piece) {
      if (failure !== undefined) throw failure;
      const copied = copy(piece);
      return copied === piece.byteLength ? undefined : copyRest(piece.subarray(copied));
    },
    digest() {
      send();
      post({ kind: 'end', id }, []);
      return digest.promise;
    },
    abort() {
      ended();
      post({ kind: 'abort', id }, []);
    },
    taken(buffer) {
      free.push(buffer);
      room.resolve();
    },
    digested(sha256) {
      ended();
      digest.resolve(sha256);
    },
    fail(error) {
      failure = error;
      room.resolve();
      digest.reject(error);
    },
  };
}
