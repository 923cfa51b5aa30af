import { writePrecondition } from '../storage/conditions.ts';
import { checksumHeaders, describeObject, quoteEtag } from '../http/object-headers.ts';
import { MAX_OBJECT_BYTES, type Operation } from '../operation.ts';
import { receiveBlob } from '../storage/receive-blob.ts';

export const putObject: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const description = describeObject(request.headers);
  const precondition = writePrecondition(request.headers);
  request.body.check(MAX_OBJECT_BYTES);
  // Saves the client a long upload; what decides is the same check when the object is written.
  if (request.waitsForContinue) precondition?.(bucket.objects.get(request.key));

  const record = await receiveBlob(
    deps,
    request.body,
    { maxBytes: MAX_OBJECT_BYTES },
    (blobId, { sizeBytes, md5, checksum }) =>
      deps.objects.put(
        bucket,
        request.key,
        {
          ...description,
          sizeBytes,
          etag: md5.toString('hex'),
          segments: [{ blobId, sizeBytes }],
          checksum: checksum && { ...checksum, type: 'FULL_OBJECT' },
        },
        {
          eventName: 'ObjectCreated:Put',
          origin: { requestId: request.id, sourceIp: request.sourceIp },
          precondition,
        },
      ),
  );
  return {
    status: 200,
    headers: { etag: quoteEtag(record.etag), ...checksumHeaders(record.checksum) },
  };
};
