import type { Bucket } from '../storage/bucket-store.ts';
import { checkCopySourceConditions } from '../storage/conditions.ts';
import { S3Error } from '../errors.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import { MAX_OBJECT_BYTES, type S3Deps, type S3Request } from '../operation.ts';
import { uriDecode } from '../authentication/uri-encoding.ts';

/** The object that `x-amz-copy-source` names, after its conditions. */
export function findCopySource(deps: S3Deps, request: S3Request): { bucket: Bucket; record: ObjectRecord } {
  const header = request.headers.get('x-amz-copy-source') ?? '';
  const questionMark = header.indexOf('?');
  if (questionMark >= 0) throw new S3Error('NotImplemented', 'Versions are not implemented.');
  const path = uriDecode(header).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const key = path.slice(slash + 1);
  const bucket = deps.buckets.require(path.slice(0, slash));
  const record = bucket.objects.get(key);
  if (!record) throw new S3Error('NoSuchKey', undefined, { details: { Key: key } });
  checkCopySourceConditions(request.headers, record);
  return { bucket, record };
}

export function refuseLargeCopy(sizeBytes: number): void {
  if (sizeBytes > MAX_OBJECT_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_OBJECT_BYTES}`,
    );
  }
}
