import { request, type Agent, type IncomingHttpHeaders } from 'node:http';

export interface RawRequest {
  method: string;
  /** With its query, exactly as it goes over the wire. */
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string | AsyncIterable<Buffer>;
  agent?: Agent;
}

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** The code of an S3 error. */
  code: string | undefined;
  /** Whether the server asked for the body with `100 Continue`. */
  continued: boolean;
}

/** Sends what it is told, without the corrections that an SDK or fetch would make. */
export function rawRequest(endpoint: string, options: RawRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    let continued = false;
    let answered = false;
    const outgoing = request(
      {
        hostname,
        port,
        method: options.method,
        path: options.path,
        headers: options.headers ?? {},
        agent: options.agent ?? false,
      },
      (incoming) => {
        answered = true;
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = Buffer.concat(chunks);
          const text = body.toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body,
            text,
            code: /<Code>(\w+)<\/Code>/.exec(text)?.[1],
            continued,
          });
        });
      },
    );
    // A server may close on a body it does not want; what counts is the answer it gave before.
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    const sendBody = () => {
      writeBody(outgoing, options.body).catch(reject);
    };
    if (options.headers?.expect === undefined) {
      sendBody();
    } else {
      outgoing.on('continue', () => {
        continued = true;
        sendBody();
      });
      outgoing.flushHeaders();
    }
  });
}

async function writeBody(outgoing: ReturnType<typeof request>, body: RawRequest['body']): Promise<void> {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    outgoing.end(body);
    return;
  }
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) {
      await new Promise<void>((resolve) => {
        const proceed = () => {
          outgoing.off('drain', proceed);
          outgoing.off('close', proceed);
          resolve();
        };
        outgoing.on('drain', proceed);
        outgoing.on('close', proceed);
      });
    }
  }
  outgoing.end();
}
