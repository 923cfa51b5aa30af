import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';

export type Forward = (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => void;

/**
 * Sends requests on to an emulator, those to DynamoDB one at a time: moto looks at a condition and writes in two
 * steps, so that of two writers who race both could win.
 */
export function forwarder(upstream: URL): Forward {
  let last: Promise<void> = Promise.resolve();
  return (incoming, body, outgoing) => {
    const { method, url: path, headers } = incoming;
    const send = () =>
      new Promise<void>((done) => {
        outgoing.once('close', done);
        const request = ask(upstream, { method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        request.once('error', () => outgoing.destroy());
        request.end(body);
      });
    if (String(headers['x-amz-target']).startsWith('DynamoDB')) last = last.then(send);
    else void send();
  };
}
