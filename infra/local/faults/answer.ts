import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** A stream where it may not fit in memory, which is S3. */
  readonly body: Buffer | Readable;
}

export interface BufferedAnswer extends Answer {
  readonly body: Buffer;
}

/** What a service has answered, without what belongs to the one connection it came over. */
export function answerOf(head: IncomingMessage): Answer & { readonly body: Readable } {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = head.headers;
  return { status: head.statusCode ?? 0, headers, body: head };
}

export async function buffered(answer: Answer): Promise<BufferedAnswer> {
  const { status, headers, body } = answer;
  return { status, headers, body: Buffer.isBuffer(body) ? body : await readAll(body) };
}

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
