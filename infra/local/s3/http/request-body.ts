import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { decodeAwsChunked } from '../authentication/aws-chunked.ts';
import { expectBody, type BodyExpectation } from './body-expectation.ts';
import type { Payload } from '../authentication/caller.ts';
import { createChecksum, type ChecksumAlgorithm, type Digest } from '../storage/checksums.ts';
import { S3Error } from '../errors.ts';

export interface ReceivedBody {
  sizeBytes: number;
  md5: Buffer;
  /** The checksum the client declared (and that was verified), or the one that was asked for. */
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined;
}

export interface RequestBody {
  /** Streams the body into the sink and verifies it; when this rejects, what the sink has is to be thrown away. */
  receive(
    sink: (chunks: AsyncIterable<Buffer>) => Promise<void>,
    options: { maxBytes: number; checksumAlgorithm?: ChecksumAlgorithm | undefined },
  ): Promise<ReceivedBody>;
  /** A small body, verified. */
  text(maxBytes: number): Promise<string>;
  /** Throws what can be known without reading the body. */
  check(maxBytes: number): void;
}

export interface RequestBodySource {
  request: IncomingMessage;
  headers: ReadonlyMap<string, string>;
  payload: Payload;
  idleTimeoutMs: number;
  /** Called once, before the first byte is read. */
  onStart: () => void;
  /** Called when the client has sent nothing for the idle time; it has to end the connection. */
  onStall: () => void;
}

export function createRequestBody(source: RequestBodySource): RequestBody {
  const { headers, payload } = source;

  const receive: RequestBody['receive'] = async (sink, { maxBytes, checksumAlgorithm }) => {
    const expectation = expectBody(headers, payload);
    if (expectation.sizeBytes > maxBytes) throw tooLarge(expectation.sizeBytes, maxBytes);

    const md5 = createHash('md5');
    const sha256 = payload.kind === 'sha256' ? createHash('sha256') : undefined;
    const algorithm = expectation.checksumAlgorithm ?? checksumAlgorithm;
    const checksum = algorithm && createChecksum(algorithm);
    const digests: Digest[] = [md5, sha256, checksum].filter((digest) => digest !== undefined);
    let trailers: ReadonlyMap<string, string> = new Map();
    let sizeBytes = 0;

    async function* measured(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        if (sizeBytes > expectation.sizeBytes) throw new S3Error('IncompleteBody');
        for (const digest of digests) digest.update(chunk);
        yield chunk;
      }
    }
    const decoded =
      payload.kind === 'aws-chunked'
        ? decodeAwsChunked(
            rawChunks(source),
            { signing: payload.signing, announcedTrailers: expectation.trailers },
            (received) => {
              trailers = received;
            },
          )
        : rawChunks(source);
    await sink(measured(decoded));

    const received = {
      sizeBytes,
      md5: md5.digest(),
      checksum: algorithm && { algorithm, value: checksum?.digest().toString('base64') ?? '' },
    };
    verify(expectation, received, trailers, payload.kind === 'sha256' ? payload.hex : undefined, sha256);
    return received;
  };

  return {
    receive,
    async text(maxBytes) {
      if (!headers.has('content-length') && !headers.has('transfer-encoding')) return '';
      const chunks: Buffer[] = [];
      await receive(
        async (stream) => {
          for await (const chunk of stream) chunks.push(chunk);
        },
        { maxBytes },
      );
      return Buffer.concat(chunks).toString('utf8');
    },
    check(maxBytes) {
      const { sizeBytes } = expectBody(headers, payload);
      if (sizeBytes > maxBytes) throw tooLarge(sizeBytes, maxBytes);
    },
  };
}

async function* rawChunks(source: RequestBodySource): AsyncGenerator<Buffer, void, undefined> {
  const { request, idleTimeoutMs } = source;
  source.onStart();
  const watchdog = setTimeout(source.onStall, idleTimeoutMs);
  try {
    // Leaving the loop early must not destroy the socket: the error is still to be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      watchdog.refresh();
      yield chunk as Buffer;
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function verify(
  expectation: BodyExpectation,
  received: ReceivedBody,
  trailers: ReadonlyMap<string, string>,
  sha256Hex: string | undefined,
  sha256: { digest(encoding: 'hex'): string } | undefined,
): void {
  if (received.sizeBytes !== expectation.sizeBytes) throw new S3Error('IncompleteBody');
  if (sha256Hex !== undefined && sha256?.digest('hex') !== sha256Hex) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  if (expectation.md5Base64 !== undefined && received.md5.toString('base64') !== expectation.md5Base64) {
    throw new S3Error('BadDigest');
  }
  const declared = expectation.declaredChecksum(trailers);
  if (declared !== undefined && received.checksum && received.checksum.value !== declared) {
    throw new S3Error(
      'BadDigest',
      `The ${received.checksum.algorithm} you specified did not match the calculated checksum.`,
    );
  }
}

function tooLarge(sizeBytes: number, maxBytes: number): S3Error {
  return new S3Error('EntityTooLarge', undefined, {
    details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maxBytes) },
  });
}
