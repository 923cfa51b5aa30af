import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

export type Forward = (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => void;

/**
 * Sends requests on to an emulator, those to DynamoDB one at a time: moto looks at a condition and writes in two
 * steps, so that of two writers who race both could win.
 */
export function forwarder(upstream: URL): Forward {
  let last: Promise<void> = Promise.resolve();
  return (incoming, body, outgoing) => {
    const send = () => passOn(upstream, incoming, body, outgoing);
    if (String(incoming.headers['x-amz-target']).startsWith('DynamoDB')) last = last.then(send);
    else void send();
  };
}

/** Resolves when the emulator is done with it, which may be after whoever asked has gone. */
function passOn(
  upstream: URL,
  { method, url: path, headers }: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  // Who gave up while others had their turn needs nothing any more.
  if (outgoing.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = ask(upstream, { method, path, headers }, (answer) => {
    if (outgoing.destroyed) {
      answer.resume();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, outgoing, () => undefined);
  });
  request.once('error', () => outgoing.destroy());
  request.once('close', resolve);
  request.end(body);
  return promise;
}
