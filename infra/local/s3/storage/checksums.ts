import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { crc32c } from './crc32c.ts';
import { S3Error } from '../errors.ts';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

const DIGEST_BYTES = { CRC32: 4, CRC32C: 4, SHA1: 20, SHA256: 32 } as const satisfies Record<
  ChecksumAlgorithm,
  number
>;

export interface Checksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; of a multipart object with its number of parts, `abc=-3`. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface Digest {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function parseChecksumAlgorithm(text: string): ChecksumAlgorithm {
  const algorithm = CHECKSUM_ALGORITHMS.find((candidate) => candidate === text.toUpperCase());
  if (!algorithm) {
    throw new S3Error('NotImplemented', 'This checksum algorithm is not implemented.', {
      details: { ChecksumAlgorithm: text },
    });
  }
  return algorithm;
}

export function createChecksum(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return crcDigest(crc32);
    case 'CRC32C':
      return crcDigest(crc32c);
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm.toLowerCase());
  }
}

function crcDigest(crc: (chunk: Uint8Array, previous: number) => number): Digest {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc(chunk, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === value;
}

/** The one checksum that a request's headers declare. */
export function declaredChecksum(
  headers: ReadonlyMap<string, string>,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const names = [...headers.keys()].filter(
    (name) => name.startsWith('x-amz-checksum-') && !NOT_A_VALUE.has(name),
  );
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = parseChecksumAlgorithm(name.slice('x-amz-checksum-'.length));
  const value = headers.get(name) ?? '';
  if (!isChecksumValue(algorithm, value)) {
    throw new S3Error('InvalidRequest', `Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
}

const NOT_A_VALUE = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);
