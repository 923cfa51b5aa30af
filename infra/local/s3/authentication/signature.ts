import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** What a signature is bound to: `20130524/us-east-1/s3/aws4_request`, and the time of signing. */
export interface SigningScope {
  date: string;
  region: string;
  amzDate: string;
}

export function deriveSigningKey(secretAccessKey: string, scope: SigningScope): Buffer {
  const date = hmac(`AWS4${secretAccessKey}`, scope.date);
  return hmac(hmac(hmac(date, scope.region), 's3'), 'aws4_request');
}

export function signRequest(signingKey: Buffer, scope: SigningScope, canonicalRequest: string): string {
  return signLines(signingKey, [ALGORITHM, scope.amzDate, scopeString(scope), sha256Hex(canonicalRequest)]);
}

export function signChunk(
  signingKey: Buffer,
  scope: SigningScope,
  previousSignature: string,
  chunkSha256: string,
): string {
  return signLines(signingKey, [
    `${ALGORITHM}-PAYLOAD`,
    scope.amzDate,
    scopeString(scope),
    previousSignature,
    EMPTY_SHA256,
    chunkSha256,
  ]);
}

export function signTrailer(
  signingKey: Buffer,
  scope: SigningScope,
  previousSignature: string,
  canonicalTrailer: string,
): string {
  return signLines(signingKey, [
    `${ALGORITHM}-TRAILER`,
    scope.amzDate,
    scopeString(scope),
    previousSignature,
    sha256Hex(canonicalTrailer),
  ]);
}

export function signaturesMatch(expectedHex: string, given: string): boolean {
  const expected = Buffer.from(expectedHex);
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function scopeString(scope: SigningScope): string {
  return `${scope.date}/${scope.region}/s3/aws4_request`;
}

function signLines(signingKey: Buffer, lines: string[]): string {
  return hmac(signingKey, lines.join('\n')).toString('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256Hex(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}
