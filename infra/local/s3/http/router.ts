import { S3Error } from '../errors.ts';
import type { Operation, S3Request } from '../operation.ts';
import { ROUTES } from './routes.ts';

export interface Route {
  method: string;
  level: 'service' | 'bucket' | 'object';
  /** Parameters that have to be there: the subresource. */
  required?: readonly string[];
  optional?: readonly string[];
  /** A copy has the method and path of a write, and differs by its header. */
  copySource?: boolean;
  /** May be called without a signature where the bucket's policy allows anybody to read. */
  publicRead?: boolean;
  operation: Operation;
}

/** A request that no route fits in every parameter is refused, never taken for a plainer one. */
export function findRoute(
  request: Pick<S3Request, 'method' | 'bucketName' | 'key' | 'query' | 'headers'>,
): Route {
  const level = request.bucketName === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const hasCopySource = request.headers.has('x-amz-copy-source');
  const route = ROUTES.find((candidate) => {
    const required = candidate.required ?? [];
    const allowed = new Set([...required, ...(candidate.optional ?? [])]);
    return (
      candidate.method === request.method &&
      candidate.level === level &&
      (candidate.copySource ?? false) === hasCopySource &&
      required.every((name) => request.query.has(name)) &&
      [...request.query.keys()].every((name) => allowed.has(name))
    );
  });
  if (route) return route;
  if (!['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].includes(request.method)) {
    throw new S3Error('MethodNotAllowed', undefined, { details: { Method: request.method } });
  }
  throw new S3Error('NotImplemented', 'This operation, or one of its parameters, is not implemented.');
}
