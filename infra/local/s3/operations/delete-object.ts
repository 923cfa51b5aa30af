import { writePrecondition } from '../storage/conditions.ts';
import { S3Error } from '../errors.ts';
import type { Operation } from '../operation.ts';

export const deleteObject: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  if (request.headers.has('if-none-match')) throw new S3Error('NotImplemented');
  await deps.objects.remove(bucket, request.key, {
    origin: { requestId: request.id, sourceIp: request.sourceIp },
    precondition: writePrecondition(request.headers),
  });
  return { status: 204 };
};
