import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const LINGER_MS = 2_000;
const LINGER_BYTES = 8 * 1024 * 1024;

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

export interface UnreadBodies {
  /** Call it for every request with a body before it is handled. */
  watch(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Whether a connection only waits for the rest of a body: nothing more that comes on it is a request. */
  isEnding(socket: Socket): boolean;
}

/**
 * An answer that begins before the body of its request has been read to the end says `Connection: close`. What
 * is left of the body would have to be got out of the way first, and a client that put its next request behind it
 * would lose that. The rest is read and thrown away for a moment: closing at once resets the connection, and who
 * is still sending may see the reset instead of the answer (RFC 9112, 9.6).
 */
export function unreadBodies(isClosing: () => boolean): UnreadBodies {
  const ending = new WeakSet<Socket>();
  return {
    isEnding: (socket) => ending.has(socket),
    watch(incoming, outgoing) {
      const { socket } = incoming;
      const keepAlive = outgoing.shouldKeepAlive;
      const destroySoon = socket.destroySoon.bind(socket);
      outgoing.shouldKeepAlive = false;
      // Node's server ends a connection with this once its last answer has been handed over.
      socket.destroySoon = () => {
        if (ending.has(socket)) return;
        ending.add(socket);
        socket.end();
        discardRest(incoming, destroySoon);
      };
      incoming.once('end', () => {
        if (ending.has(socket)) return;
        socket.destroySoon = destroySoon;
        if (!outgoing.headersSent) outgoing.shouldKeepAlive = keepAlive && !isClosing();
      });
    },
  };
}

/** Calls `close` when the rest has come, or too much or for too long. */
function discardRest(incoming: IncomingMessage, close: () => void): void {
  let discarded = 0;
  const timer = setTimeout(close, LINGER_MS);
  incoming.socket.once('close', () => clearTimeout(timer));
  // Whoever read the body may have stopped at its own limit, and would stop again.
  incoming.removeAllListeners('data');
  incoming.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > LINGER_BYTES) close();
  });
  incoming.on('end', close);
  incoming.on('error', close);
  incoming.resume();
}
