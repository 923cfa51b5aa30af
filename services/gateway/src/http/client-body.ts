import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export type ClientBody =
  /** All of it. */
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** The first part has arrived, the rest follows; `complete` resolves when it has, or is known not to. */
  | { readonly kind: 'stream'; readonly stream: Readable; readonly complete: Promise<BodyEnd> }
  | { readonly kind: 'failed'; readonly end: Exclude<BodyEnd, 'complete'> };

export type BodyEnd = 'complete' | 'too_large' | 'timeout' | 'gone';

export interface ClientBodyOptions {
  limitBytes: number;
  /** How much is read before the service is troubled: a slow sender costs it nothing. */
  prefetchBytes: number;
  timeoutMs: number;
}

/**
 * Reads a body up to `prefetchBytes` and hands out the rest as a stream, with flat memory. The stream is not
 * the socket's own: when the service fails, the client can still be answered.
 */
export function readClientBody(incoming: IncomingMessage, options: ClientBodyOptions): Promise<ClientBody> {
  return new Promise((resolve) => {
    const prefetched: Buffer[] = [];
    const complete = Promise.withResolvers<BodyEnd>();
    let stream: Readable | undefined;
    let size = 0;
    let ended = false;

    function finish(end: BodyEnd): void {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      complete.resolve(end);
      if (stream !== undefined) {
        if (end === 'complete') stream.push(null);
      } else if (end === 'complete') {
        resolve({ kind: 'whole', bytes: Buffer.concat(prefetched, size) });
      } else {
        resolve({ kind: 'failed', end });
      }
    }

    function startStreaming(): void {
      stream = new Readable({
        highWaterMark: options.prefetchBytes,
        read: () => void incoming.resume(),
        destroy(error, callback) {
          finish('gone');
          callback(error);
        },
      });
      for (const chunk of prefetched.splice(0)) stream.push(chunk);
      resolve({ kind: 'stream', stream, complete: complete.promise });
    }

    const timer = setTimeout(finish, options.timeoutMs, 'timeout' satisfies BodyEnd);
    incoming.on('data', (chunk: Buffer) => {
      if (ended) return;
      size += chunk.length;
      if (size > options.limitBytes) {
        incoming.pause();
        finish('too_large');
      } else if (stream !== undefined) {
        if (!stream.push(chunk)) incoming.pause();
      } else {
        prefetched.push(chunk);
        if (size < options.prefetchBytes) return;
        incoming.pause();
        startStreaming();
      }
    });
    incoming.on('end', () => finish('complete'));
    incoming.on('close', () => finish('gone'));
    incoming.on('error', () => finish('gone'));
  });
}
