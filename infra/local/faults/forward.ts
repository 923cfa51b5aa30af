import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  /** Name, value, name, value: as they came, Host included, or signatures would not fit any more. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer | Readable;
}

/** Passes a request on, over a connection of the agent or one of its own; resolves with the answer's head. */
export async function forward(
  upstream: string,
  outgoing: Outgoing,
  signal: AbortSignal,
  agent: Agent | false,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(upstream);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest({
    hostname,
    port,
    method: outgoing.method,
    path: outgoing.url,
    headers: withLength(outgoing),
    agent,
    signal,
  });
  request.once('response', resolve).once('error', reject);
  if (Buffer.isBuffer(outgoing.body)) request.end(outgoing.body);
  // An early answer ends the connection before the whole body is sent; the answer is what counts then.
  else pipeline(outgoing.body, request).catch(reject);
  return promise;
}

/** A body that was changed has another length; everything else stays as it was. */
function withLength({ rawHeaders, body }: Outgoing): string[] {
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (lower === 'connection' || lower === 'keep-alive') continue;
    const isLength = lower === 'content-length' && Buffer.isBuffer(body);
    headers.push(name, isLength ? String(body.length) : value);
  }
  return headers;
}
