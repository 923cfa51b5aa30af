import type { ServerResponse } from 'node:http';

/**
 * Ends the connection of a client that does not take the end of its answer in time. Node has a limit for what
 * arrives slowly and none for what leaves slowly: whoever asks and does not read would hold a connection, and what
 * waits to be sent on it, for as long as they like.
 */
export function cutOffSlowReader(outgoing: ServerResponse, withinMs: number): void {
  // The last of the answer has been handed over to be sent, in its turn on the connection.
  outgoing.once('prefinish', () => {
    const timer = setTimeout(() => outgoing.destroy(), withinMs);
    outgoing.once('close', () => clearTimeout(timer));
  });
}
