import type { Duplex } from 'node:stream';

import { S3Error, type S3ErrorCode } from '../errors.ts';
import { errorBody } from './http-response.ts';

const CODES: Record<string, S3ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'RequestHeaderSectionTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
};

/** Answers what Node's parser refuses before there is a request, in S3's shape instead of an empty body. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = errorBody(new S3Error(CODES[error.code ?? ''] ?? 'BadRequest'), '', '');
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      'Connection: close',
      'Content-Type: application/xml',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
