import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { vi } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  agent?: Agent;
}

/** One request as it is spelled: node:http does not normalise paths and lets every header be set. */
export function send(gateway: { port: number }, path: string, sent: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.port,
        path,
        method: sent.method ?? 'GET',
        headers: sent.headers ?? {},
        agent: sent.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) as unknown });
        });
      },
    );
    request.on('error', reject);
    request.end(sent.body);
  });
}

/** Everything that comes back for these bytes until the gateway closes or has answered `answers` times. */
export function sendRaw(
  gateway: { port: number },
  bytes: string | Buffer,
  options: { answers?: number; end?: boolean } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1');
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (completeAnswers(text) >= (options.answers ?? 1)) done();
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    if (options.end === true) socket.end();
  });
}

/** How many answers with a Content-Length the text holds in full. */
function completeAnswers(text: string): number {
  let rest = text;
  let count = 0;
  for (;;) {
    const head = rest.indexOf('\r\n\r\n');
    if (head === -1) return count;
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
    if (rest.length < head + 4 + length) return count;
    rest = rest.slice(head + 4 + length);
    count += 1;
  }
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

/** Waits until the check holds, with patience for a machine that is busy with other tests. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 40_000, interval: 50 });
