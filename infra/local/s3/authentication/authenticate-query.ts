import { parseAmzDate } from './amz-date.ts';
import { MAX_SKEW_MS, type AuthenticationInput, type Payload, type Verifier } from './caller.ts';
import {
  findCredentials,
  parseCredential,
  parseSignedHeaders,
  refuseUnsignedAmzHeaders,
  verifySignature,
} from './credential-scope.ts';
import { S3Error } from '../errors.ts';
import { ALGORITHM } from './signature.ts';

const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

export function authenticateByQuery(verifier: Verifier, request: AuthenticationInput): Payload {
  const { query } = request;
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const credential = parseCredential(query.get('X-Amz-Credential') ?? '');
  const signedHeaders = parseSignedHeaders(query.get('X-Amz-SignedHeaders') ?? '');
  const amzDate = query.get('X-Amz-Date') ?? '';
  const date = parseAmzDate(amzDate);
  const signature = query.get('X-Amz-Signature');
  if (!credential || !signedHeaders || !date || !signature) {
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (credential.region !== verifier.region) {
    throw malformed(
      `Error parsing the X-Amz-Credential parameter; the region '${credential.region}' is wrong; expecting '${verifier.region}'`,
    );
  }
  if (!amzDate.startsWith(credential.date)) {
    throw malformed('Error parsing the X-Amz-Credential parameter; incorrect date');
  }
  const expiresSeconds = parseExpires(query.get('X-Amz-Expires') ?? '');
  const credentials = findCredentials(verifier, credential.accessKeyId);
  if (query.has('X-Amz-Security-Token')) throw new S3Error('InvalidToken');

  checkValidity(verifier.now(), date, expiresSeconds);
  refuseUnsignedAmzHeaders(request, signedHeaders);
  const payloadHash =
    request.headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  verifySignature(
    request,
    [...query].filter(([name]) => name !== 'X-Amz-Signature'),
    {
      credentials,
      scope: { date: credential.date, region: credential.region, amzDate },
      signedHeaders,
      payloadHash,
      signature,
    },
  );
  return payloadOf(payloadHash);
}

function parseExpires(text: string): number {
  if (!/^-?\d{1,12}$/.test(text)) throw malformed('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds < 0) throw malformed('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw malformed('X-Amz-Expires must be less than a week (in seconds) that is 604800');
  }
  return seconds;
}

function checkValidity(now: Date, signedAt: Date, expiresSeconds: number): void {
  if (signedAt.getTime() - now.getTime() > MAX_SKEW_MS) {
    throw new S3Error('AccessDenied', 'Request is not yet valid');
  }
  const expiresAt = new Date(signedAt.getTime() + expiresSeconds * 1000);
  if (now > expiresAt) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      details: {
        'X-Amz-Expires': String(expiresSeconds),
        Expires: expiresAt.toISOString(),
        ServerTime: now.toISOString(),
      },
    });
  }
}

function payloadOf(contentSha256: string): Payload {
  if (contentSha256 === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(contentSha256)) return { kind: 'sha256', hex: contentSha256 };
  throw malformed('A presigned request cannot have a streaming payload');
}

function malformed(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', message);
}
