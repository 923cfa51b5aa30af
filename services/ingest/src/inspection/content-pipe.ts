import { Socket } from 'node:net';
import { CONTENT_FD } from './protocol.ts';

const PIECE_BYTES = 2 ** 16;

/** What the parent writes to the child, one reader at a time. */
export interface ContentPipe {
  /** The next bytes as they come, in memory of their own. */
  piece(): Promise<Uint8Array>;
  /** Fills all of `target`. The system writes most of it to its place, without a copy between. */
  fill(target: Uint8Array): Promise<void>;
}

export function openContentPipe(): ContentPipe {
  let arrived: ((bytes: Uint8Array) => void) | undefined;
  /** Where the next bytes go, if that is known already. */
  let place: Uint8Array | undefined;

  const socket = new Socket({
    fd: CONTENT_FD,
    readable: true,
    writable: false,
    onread: {
      buffer: () => place ?? Buffer.allocUnsafe(PIECE_BYTES),
      callback(length, buffer) {
        const took = arrived;
        arrived = undefined;
        took?.(buffer.subarray(0, length));
        // Whoever wants more has said so by now.
        return arrived !== undefined;
      },
    },
  });

  const piece = (): Promise<Uint8Array> => {
    const next = Promise.withResolvers<Uint8Array>();
    arrived = next.resolve;
    socket.resume();
    return next.promise;
  };

  return {
    piece,
    fill(target) {
      const filled = Promise.withResolvers<void>();
      let at = 0;
      const take = (bytes: Uint8Array): void => {
        if (at + bytes.length > target.length) {
          place = undefined;
          return filled.reject(new Error('more bytes than the file has'));
        }
        if (bytes.buffer !== target.buffer) target.set(bytes, at);
        at += bytes.length;
        // A buffer of no bytes cannot be read into.
        place = at < target.length ? target.subarray(at) : undefined;
        if (place === undefined) return filled.resolve();
        arrived = take;
      };
      if (target.length === 0) return Promise.resolve();
      arrived = take;
      socket.resume();
      return filled.promise;
    },
  };
}
