import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { S3Error } from '../errors.ts';
import type { S3Response } from '../operation.ts';
import { element, errorDocument } from './xml.ts';

const LINGER_MS = 2000;
const LINGER_BYTES = 8 * 1024 * 1024;

/** What is not one of S3's errors is ours, and tells the client nothing. */
export function errorResponse(error: unknown, requestId: string, incoming: IncomingMessage): S3Response {
  const s3Error = error instanceof S3Error ? error : new S3Error('InternalError');
  return {
    status: s3Error.status,
    headers: { ...s3Error.headers, 'content-type': 'application/xml' },
    body: errorBody(s3Error, requestId, (incoming.url ?? '').split('?')[0] ?? ''),
  };
}

export function errorBody(error: S3Error, requestId: string, resource: string): string {
  return errorDocument([
    element('Code', error.code),
    element('Message', error.message),
    ...Object.entries(error.details).map(([name, value]) => element(name, value)),
    element('Resource', resource),
    element('RequestId', requestId),
    element('HostId', requestId),
  ]);
}

export async function sendResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: S3Response,
  { idleTimeoutMs, isSending }: { idleTimeoutMs: number; isSending: boolean },
): Promise<void> {
  const { body } = answer;
  const stream = typeof body === 'object' ? body : undefined;
  try {
    if (outgoing.headersSent || outgoing.destroyed) return;
    const bodyIsUnread = !incoming.complete;
    if (bodyIsUnread) outgoing.setHeader('connection', 'close');
    const text = typeof body === 'string' ? body : '';
    writeHead(outgoing, answer, stream ? undefined : Buffer.byteLength(text));

    if (stream && incoming.method !== 'HEAD') {
      outgoing.setTimeout(idleTimeoutMs, () => outgoing.destroy());
      await pipeline(stream.chunks, outgoing);
    } else if (bodyIsUnread && isSending) {
      if (text !== '' && incoming.method !== 'HEAD') outgoing.write(text);
      else outgoing.flushHeaders();
      await discardRest(incoming);
      outgoing.end();
    } else {
      outgoing.end(incoming.method === 'HEAD' ? undefined : text);
    }
  } catch {
    // The client is gone, or a file could not be read to its end: a cut connection is all that can be said.
    outgoing.destroy();
  } finally {
    stream?.release();
  }
}

function writeHead(outgoing: ServerResponse, answer: S3Response, bodyBytes: number | undefined): void {
  for (const [name, value] of Object.entries(answer.headers ?? {})) outgoing.setHeader(name, value);
  const hasLength = outgoing.hasHeader('content-length') || answer.status === 304 || answer.status === 204;
  if (bodyBytes !== undefined && !hasLength) outgoing.setHeader('content-length', bodyBytes);
  outgoing.writeHead(answer.status);
}

/**
 * Closing at once would reset the connection of a client that is still sending, and the answer would be lost
 * on its way. So the rest is read and thrown away, within limits.
 */
function discardRest(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = LINGER_BYTES;
    const timer = setTimeout(resolve, LINGER_MS);
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    incoming.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) finish();
    });
    incoming.on('close', finish).on('end', finish).on('error', finish);
    incoming.resume();
  });
}
