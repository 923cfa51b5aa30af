import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

import { SignatureV4 } from '@smithy/signature-v4';

import type { RunningTarget } from './target.ts';

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('not needed by the signer');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

export interface SignOptions {
  method: string;
  /** Already percent-encoded. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Default: UNSIGNED-PAYLOAD. */
  payloadHash?: string;
  signingDate?: Date;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface SignedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
}

function signerFor(target: RunningTarget, options: SignOptions): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region: options.region ?? target.region,
    credentials: options.credentials ?? target.credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
}

function unsigned(target: RunningTarget, options: SignOptions, headers: Record<string, string>) {
  const { protocol, hostname, port, host } = new URL(target.endpoint);
  return {
    method: options.method,
    protocol,
    hostname,
    port: Number(port),
    path: options.path,
    query: options.query ?? {},
    headers: { host, ...headers, ...options.headers },
  };
}

/** Signs with the SDK's signer, in the Authorization header. */
export async function signHeaders(target: RunningTarget, options: SignOptions): Promise<SignedRequest> {
  const request = unsigned(target, options, {
    'x-amz-content-sha256': options.payloadHash ?? 'UNSIGNED-PAYLOAD',
  });
  const signed = await signerFor(target, options).sign(request, {
    signingDate: options.signingDate ?? new Date(),
  });
  return {
    method: options.method,
    path: withQuery(options.path, options.query ?? {}),
    headers: signed.headers,
  };
}

/** Presigns with the SDK's signer. The headers are signed as headers, not moved into the query. */
export async function presign(
  target: RunningTarget,
  options: SignOptions & { expiresIn?: number },
): Promise<SignedRequest> {
  const request = unsigned(target, options, {});
  const signed = await signerFor(target, options).presign(
    { ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    {
      signingDate: options.signingDate ?? new Date(),
      expiresIn: options.expiresIn ?? 60,
      unhoistableHeaders: new Set(Object.keys(options.headers ?? {})),
    },
  );
  return {
    method: options.method,
    path: withQuery(options.path, signed.query as Record<string, string>),
    headers: { ...options.headers },
  };
}

function withQuery(path: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function encodePath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(encode).join('/')}`;
}

export function sha256Hex(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

export interface ChunkSigner {
  chunk(data: Buffer): Buffer;
  trailer(name: string, value: string): Buffer;
}

/** Signs the chunks of a STREAMING-AWS4-HMAC-SHA256-PAYLOAD body, written from AWS's description of it. */
export function chunkSigner(target: RunningTarget, signed: SignedRequest): ChunkSigner {
  const amzDate = signed.headers['x-amz-date'] ?? '';
  const date = amzDate.slice(0, 8);
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = hmac(
    hmac(hmac(hmac(`AWS4${target.credentials.secretAccessKey}`, date), target.region), 's3'),
    'aws4_request',
  );
  const scope = `${date}/${target.region}/s3/aws4_request`;
  let previous = /Signature=([0-9a-f]+)/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
  const next = (kind: string, hashes: string[]) => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, amzDate, scope, previous, ...hashes].join('\n');
    previous = hmac(key, text).toString('hex');
    return previous;
  };
  return {
    chunk: (data) => {
      const signature = next('PAYLOAD', [sha256Hex(''), sha256Hex(data)]);
      return Buffer.concat([
        Buffer.from(`${data.length.toString(16)};chunk-signature=${signature}\r\n`),
        data,
        Buffer.from(data.length > 0 ? '\r\n' : ''),
      ]);
    },
    trailer: (name, value) => {
      const signature = next('TRAILER', [sha256Hex(`${name}:${value}\n`)]);
      return Buffer.from(`${name}:${value}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`);
    },
  };
}
