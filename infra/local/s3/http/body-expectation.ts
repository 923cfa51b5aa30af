import type { Payload } from '../authentication/caller.ts';
import {
  declaredChecksum,
  isChecksumValue,
  parseChecksumAlgorithm,
  type ChecksumAlgorithm,
} from '../storage/checksums.ts';
import { S3Error } from '../errors.ts';

/** What a request's headers promise of its body. */
export interface BodyExpectation {
  sizeBytes: number;
  md5Base64: string | undefined;
  checksumAlgorithm: ChecksumAlgorithm | undefined;
  /** Lower-cased names of the announced trailers; undefined where the body's form has none. */
  trailers: string[] | undefined;
  declaredChecksum: (trailers: ReadonlyMap<string, string>) => string | undefined;
}

export function expectBody(headers: ReadonlyMap<string, string>, payload: Payload): BodyExpectation {
  const sizeBytes = declaredSize(headers, payload);
  const inHeader = declaredChecksum(headers);
  const trailers = announcedTrailers(headers, payload);
  const trailerName = trailers?.[0];
  if (inHeader && trailerName !== undefined) {
    throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  }
  const trailerAlgorithm =
    trailerName === undefined
      ? undefined
      : parseChecksumAlgorithm(trailerName.slice('x-amz-checksum-'.length));
  const checksumAlgorithm = inHeader?.algorithm ?? trailerAlgorithm;
  checkAnnouncedAlgorithm(headers.get('x-amz-sdk-checksum-algorithm'), checksumAlgorithm);

  return {
    sizeBytes,
    md5Base64: contentMd5(headers.get('content-md5')),
    checksumAlgorithm,
    trailers,
    declaredChecksum: (received) => {
      if (trailerName === undefined || trailerAlgorithm === undefined) return inHeader?.value;
      const value = received.get(trailerName) ?? '';
      if (!isChecksumValue(trailerAlgorithm, value)) {
        throw new S3Error('InvalidRequest', `Value for ${trailerName} trailing header is invalid.`);
      }
      return value;
    },
  };
}

function declaredSize(headers: ReadonlyMap<string, string>, payload: Payload): number {
  const name = payload.kind === 'aws-chunked' ? 'x-amz-decoded-content-length' : 'content-length';
  const text = headers.get(name);
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new S3Error('MissingContentLength');
  return Number(text);
}

function contentMd5(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== value) throw new S3Error('InvalidDigest');
  return value;
}

function announcedTrailers(headers: ReadonlyMap<string, string>, payload: Payload): string[] | undefined {
  const text = headers.get('x-amz-trailer');
  if (payload.kind !== 'aws-chunked' || !payload.trailer) {
    if (text !== undefined) throw new S3Error('MalformedTrailerError');
    return undefined;
  }
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length > 1 || names.some((name) => !name.startsWith('x-amz-checksum-'))) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  return names;
}

function checkAnnouncedAlgorithm(
  announced: string | undefined,
  algorithm: ChecksumAlgorithm | undefined,
): void {
  if (announced === undefined) return;
  if (algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (announced.toUpperCase() !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
}
