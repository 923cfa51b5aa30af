import { authenticateByHeader } from './authenticate-header.ts';
import { authenticateByQuery } from './authenticate-query.ts';
import type { AuthenticationInput, Caller, Verifier } from './caller.ts';
import { S3Error } from '../errors.ts';

export function authenticate(verifier: Verifier, request: AuthenticationInput): Caller {
  const byHeader = request.headers.has('authorization');
  const byQuery = ['X-Amz-Algorithm', 'X-Amz-Signature', 'X-Amz-Credential', 'Signature'].some((name) =>
    request.query.has(name),
  );
  if (byHeader && byQuery) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  if (byHeader) return { kind: 'signed', payload: authenticateByHeader(verifier, request) };
  if (byQuery) return { kind: 'signed', payload: authenticateByQuery(verifier, request) };
  return { kind: 'anonymous', payload: { kind: 'unsigned' } };
}
