import { parseCopyRange } from '../http/byte-range.ts';
import { checksumHeader, createChecksum, type ChecksumAlgorithm } from '../storage/checksums.ts';
import { findCopySource, refuseLargeCopy } from '../http/copy-source.ts';
import { S3Error } from '../errors.ts';
import type { Upload } from '../storage/multipart-store.ts';
import { quoteEtag } from '../http/object-headers.ts';
import { MAX_OBJECT_BYTES, xmlResponse, type Operation, type S3Deps, type S3Request } from '../operation.ts';
import { receiveBlob } from '../storage/receive-blob.ts';
import type { ReceivedBody, RequestBody } from '../http/request-body.ts';
import { document, element, optionalElement } from '../http/xml.ts';
import { createHash } from 'node:crypto';

const MAX_PART_NUMBER = 10_000;

export const uploadPart: Operation = async (deps, request) => {
  const { upload, partNumber } = findUpload(deps, request);
  request.body.check(MAX_OBJECT_BYTES);
  const part = await receivePart(deps, upload, partNumber, request.body);
  return {
    status: 200,
    headers: {
      etag: quoteEtag(part.etag),
      ...(part.checksum && { [checksumHeader(part.checksum.algorithm)]: part.checksum.value }),
    },
  };
};

export const uploadPartCopy: Operation = async (deps, request) => {
  const { upload, partNumber } = findUpload(deps, request);
  const { record } = findCopySource(deps, request);
  const rangeHeader = request.headers.get('x-amz-copy-source-range');
  const { start, end } =
    rangeHeader === undefined
      ? { start: 0, end: record.sizeBytes - 1 }
      : parseCopyRange(rangeHeader, record.sizeBytes);
  refuseLargeCopy(end - start + 1);

  const release = deps.blobs.pin(record.segments);
  try {
    const source = measuredCopy(deps.blobs.read(record.segments, start, end));
    const part = await receivePart(deps, upload, partNumber, source);
    return xmlResponse(
      document('CopyPartResult', [
        element('LastModified', part.lastModified),
        element('ETag', quoteEtag(part.etag)),
        ...(part.checksum ? optionalElement(`Checksum${part.checksum.algorithm}`, part.checksum.value) : []),
      ]),
    );
  } finally {
    release();
  }
};

function findUpload(deps: S3Deps, request: S3Request): { upload: Upload; partNumber: number } {
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      details: { ArgumentName: 'partNumber', ArgumentValue: text },
    });
  }
  const bucket = deps.buckets.require(request.bucketName);
  const upload = deps.uploads.require(bucket, request.key, request.query.get('uploadId') ?? '');
  return { upload, partNumber };
}

function receivePart(deps: S3Deps, upload: Upload, partNumber: number, body: Pick<RequestBody, 'receive'>) {
  const { checksumAlgorithm } = upload;
  return receiveBlob(
    deps,
    body,
    { maxBytes: MAX_OBJECT_BYTES, checksumAlgorithm },
    (blobId, { sizeBytes, md5, checksum }) => {
      if (checksum && checksumAlgorithm && checksum.algorithm !== checksumAlgorithm) {
        throw new S3Error(
          'InvalidRequest',
          `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
        );
      }
      return deps.uploads.addPart(upload, {
        partNumber,
        sizeBytes,
        etag: md5.toString('hex'),
        blobId,
        checksum,
      });
    },
  );
}

/** Lets bytes that are here already be received like a body. */
function measuredCopy(chunks: AsyncIterable<Buffer>): Pick<RequestBody, 'receive'> {
  return {
    async receive(sink, options): Promise<ReceivedBody> {
      const algorithm: ChecksumAlgorithm | undefined = options.checksumAlgorithm;
      const md5 = createHash('md5');
      const checksum = algorithm && createChecksum(algorithm);
      let sizeBytes = 0;
      async function* measured() {
        for await (const chunk of chunks) {
          sizeBytes += chunk.length;
          md5.update(chunk);
          checksum?.update(chunk);
          // The sink writes in batches, and keeps it longer than it is valid.
          yield Buffer.from(chunk);
        }
      }
      await sink(measured());
      const value = checksum?.digest().toString('base64') ?? '';
      return { sizeBytes, md5: md5.digest(), checksum: algorithm && { algorithm, value } };
    },
  };
}
