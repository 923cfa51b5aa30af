import { createHash } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How long a connection may be silent. */
const SILENCE_MS = 30_000;

export interface UploadTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface UploadSource {
  readonly sizeBytes: number;
  open(): Readable;
}

export interface StorageAnswer {
  readonly status: number;
  /** The S3 error code, such as `AccessDenied`; empty when the body has none. */
  readonly code: string;
}

export const bytesSource = (bytes: Uint8Array): UploadSource => ({
  sizeBytes: bytes.byteLength,
  open: () => Readable.from([bytes]),
});

/** Streams the source to a presigned URL with exactly its headers; resolves with any answer of the storage. */
export async function putToStorage(
  target: UploadTarget,
  source: UploadSource,
  onSent: (bytes: number) => void = () => undefined,
): Promise<StorageAnswer> {
  const request = requestOf(target.url, {
    method: 'PUT',
    headers: { ...target.headers, 'content-length': source.sizeBytes },
  });
  const answered = Promise.withResolvers<IncomingMessage>();
  request.once('response', answered.resolve);
  request.once('error', answered.reject);
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onSent(chunk.length);
      done(null, chunk);
    },
  });
  // A storage that refuses answers before it has read everything, and then closes: that answer counts.
  const sent = pipeline(source.open(), counted, request).catch(() => undefined);
  const response = await answered.promise;
  const text = await readText(response);
  request.destroy();
  await sent;
  return { status: response.statusCode ?? 0, code: /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? '' };
}

export interface Download {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Reads a presigned URL to its end, hashing what passes. */
export async function getFromStorage(
  url: string,
  onReceived: (bytes: number) => void = () => undefined,
): Promise<Download> {
  const request = requestOf(url, { method: 'GET' });
  const answered = Promise.withResolvers<IncomingMessage>();
  request.once('response', answered.resolve);
  request.once('error', answered.reject);
  request.end();
  const response = await answered.promise;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    onReceived(chunk.length);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    sizeBytes,
    sha256: hash.digest('hex'),
  };
}

/** The name that a browser would save under: RFC 6266, `filename*` before `filename`. */
export function fileNameOf(contentDisposition: string | undefined): string | undefined {
  if (contentDisposition === undefined) return undefined;
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(contentDisposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return /filename="((?:[^"\\]|\\.)*)"/i.exec(contentDisposition)?.[1]?.replaceAll(/\\(.)/g, '$1');
}

function requestOf(url: string, options: http.RequestOptions): http.ClientRequest {
  const request =
    new URL(url).protocol === 'https:' ? https.request(url, options) : http.request(url, options);
  request.setTimeout(SILENCE_MS, () => request.destroy(new Error('the storage is silent')));
  return request;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
