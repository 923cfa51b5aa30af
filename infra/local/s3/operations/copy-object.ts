import type { BlobStore, Segment } from '../storage/blob-store.ts';
import { createChecksum, parseChecksumAlgorithm, type Checksum } from '../storage/checksums.ts';
import { writePrecondition } from '../storage/conditions.ts';
import { findCopySource, refuseLargeCopy } from '../http/copy-source.ts';
import { S3Error } from '../errors.ts';
import { describeObject, quoteEtag } from '../http/object-headers.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import { xmlResponse, type Operation, type S3Request } from '../operation.ts';
import { document, element } from '../http/xml.ts';

export const copyObject: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const { bucket: sourceBucket, record: source } = findCopySource(deps, request);
  refuseLargeCopy(source.sizeBytes);
  const replaces = replacesMetadata(request);
  if (!replaces && sourceBucket === bucket && source.key === request.key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const description = replaces
    ? describeObject(request.headers)
    : { headers: source.headers, metadata: source.metadata };
  const precondition = writePrecondition(request.headers);

  const release = deps.blobs.pin(source.segments);
  const segments: Segment[] = [];
  try {
    const checksum = await checksumOfCopy(
      deps.blobs,
      source,
      request.headers.get('x-amz-checksum-algorithm'),
    );
    for (const { blobId, sizeBytes } of source.segments) {
      segments.push({ blobId: await deps.blobs.clone(blobId), sizeBytes });
    }
    const record = await deps.objects.put(
      bucket,
      request.key,
      { ...description, sizeBytes: source.sizeBytes, etag: source.etag, segments, checksum },
      {
        eventName: 'ObjectCreated:Copy',
        origin: { requestId: request.id, sourceIp: request.sourceIp },
        precondition,
      },
    );
    return xmlResponse(
      document('CopyObjectResult', [
        element('LastModified', record.lastModified),
        element('ETag', quoteEtag(record.etag)),
        ...(checksum
          ? [element(`Checksum${checksum.algorithm}`, checksum.value), element('ChecksumType', checksum.type)]
          : []),
      ]),
    );
  } catch (error) {
    await deps.blobs.discard(segments.map((segment) => segment.blobId));
    throw error;
  } finally {
    release();
  }
};

function replacesMetadata(request: S3Request): boolean {
  const directive = request.headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', 'Unknown metadata directive.');
  }
  return directive === 'REPLACE';
}

/** The source's, unless another kind is asked for: then the bytes have to be read once. */
async function checksumOfCopy(
  blobs: BlobStore,
  source: ObjectRecord,
  wanted: string | undefined,
): Promise<Checksum | undefined> {
  const algorithm = wanted === undefined ? undefined : parseChecksumAlgorithm(wanted);
  if (!algorithm || algorithm === source.checksum?.algorithm) return source.checksum;
  const digest = createChecksum(algorithm);
  for await (const chunk of blobs.read(source.segments, 0, source.sizeBytes - 1)) digest.update(chunk);
  return { algorithm, value: digest.digest().toString('base64'), type: 'FULL_OBJECT' };
}
