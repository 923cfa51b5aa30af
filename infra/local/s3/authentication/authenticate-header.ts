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
import { ALGORITHM, type SigningScope } from './signature.ts';

export function authenticateByHeader(verifier: Verifier, request: AuthenticationInput): Payload {
  const { scope, accessKeyId, signedHeaders, signature } = parseAuthorization(verifier, request);
  const credentials = findCredentials(verifier, accessKeyId);
  if (request.headers.has('x-amz-security-token')) throw new S3Error('InvalidToken');

  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('MissingSecurityHeader', undefined, {
      details: { MissingHeaderName: 'x-amz-content-sha256' },
    });
  }
  refuseUnsignedAmzHeaders(request, signedHeaders);
  const signingKey = verifySignature(request, request.query, {
    credentials,
    scope,
    signedHeaders,
    payloadHash,
    signature,
  });
  return payloadOf(payloadHash, { signingKey, scope, seedSignature: signature });
}

function parseAuthorization(verifier: Verifier, request: AuthenticationInput) {
  const authorization = request.headers.get('authorization') ?? '';
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new S3Error(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  const fields = new Map<string, string>();
  for (const field of authorization.slice(ALGORITHM.length).split(',')) {
    const equals = field.indexOf('=');
    fields.set(field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim());
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  const signedHeaders = parseSignedHeaders(fields.get('SignedHeaders') ?? '');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature) throw new S3Error('AuthorizationHeaderMalformed');
  if (credential.region !== verifier.region) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${credential.region}' is wrong; expecting '${verifier.region}'`,
      { details: { Region: verifier.region } },
    );
  }
  const scope: SigningScope = {
    date: credential.date,
    region: credential.region,
    amzDate: signingTime(verifier, request, credential.date),
  };
  return { scope, accessKeyId: credential.accessKeyId, signedHeaders, signature };
}

function signingTime(verifier: Verifier, request: AuthenticationInput, scopeDate: string): string {
  const amzDate = request.headers.get('x-amz-date') ?? '';
  const date = parseAmzDate(amzDate);
  if (!date) throw new S3Error('AccessDenied', 'AWS authentication requires a valid x-amz-date header');
  if (Math.abs(verifier.now().getTime() - date.getTime()) > MAX_SKEW_MS) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      details: {
        RequestTime: amzDate,
        ServerTime: verifier.now().toISOString(),
        MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      },
    });
  }
  if (!amzDate.startsWith(scopeDate)) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; Invalid credential date.',
    );
  }
  return amzDate;
}

function payloadOf(
  contentSha256: string,
  signing: { signingKey: Buffer; scope: SigningScope; seedSignature: string },
): Payload {
  switch (contentSha256) {
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'aws-chunked', trailer: true, signing: undefined };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'aws-chunked', trailer: false, signing };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'aws-chunked', trailer: true, signing };
    default:
      if (/^[0-9a-f]{64}$/.test(contentSha256)) return { kind: 'sha256', hex: contentSha256 };
      throw new S3Error(
        'InvalidArgument',
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value that is supported, or a valid sha256 value.',
      );
  }
}
