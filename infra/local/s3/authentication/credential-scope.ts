import type { AuthenticationInput, Credentials, Verifier } from './caller.ts';
import { canonicalRequest } from './canonical-request.ts';
import { S3Error } from '../errors.ts';
import { deriveSigningKey, signaturesMatch, signRequest, type SigningScope } from './signature.ts';

export interface CredentialScope {
  accessKeyId: string;
  date: string;
  region: string;
}

/** `AKID/20130524/us-east-1/s3/aws4_request`; undefined when it has another shape. */
export function parseCredential(text: string): CredentialScope | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(text);
  const [, accessKeyId, date, region] = match ?? [];
  return accessKeyId && date && region ? { accessKeyId, date, region } : undefined;
}

/** Undefined unless it is a well-formed list that binds the request to its host. */
export function parseSignedHeaders(text: string): string[] | undefined {
  if (!/^[a-z0-9-]+(;[a-z0-9-]+)*$/.test(text)) return undefined;
  const names = text.split(';');
  return names.includes('host') ? names : undefined;
}

export function findCredentials(verifier: Verifier, accessKeyId: string): Credentials {
  const found = verifier.credentials.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (!found) throw new S3Error('InvalidAccessKeyId');
  return found;
}

/** An unsigned x-amz-* header would let whoever holds the URL change what the signer meant. */
export function refuseUnsignedAmzHeaders(
  request: AuthenticationInput,
  signedHeaders: readonly string[],
): void {
  const unsigned = [...request.headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      details: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

export interface SignatureClaim {
  credentials: Credentials;
  scope: SigningScope;
  signedHeaders: readonly string[];
  payloadHash: string;
  signature: string;
}

/** Gives the signing key back, for the chunks that may follow. */
export function verifySignature(
  request: AuthenticationInput,
  query: Iterable<readonly [string, string]>,
  claim: SignatureClaim,
): Buffer {
  const signingKey = deriveSigningKey(claim.credentials.secretAccessKey, claim.scope);
  const expected = signRequest(
    signingKey,
    claim.scope,
    canonicalRequest({
      method: request.method,
      path: request.path,
      query,
      headers: request.headers,
      signedHeaders: claim.signedHeaders,
      payloadHash: claim.payloadHash,
    }),
  );
  if (!signaturesMatch(expected, claim.signature)) throw new S3Error('SignatureDoesNotMatch');
  return signingKey;
}
