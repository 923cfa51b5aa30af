import { xmlResponse, type Operation } from '../operation.ts';
import { quoteEtag } from '../http/object-headers.ts';
import { parseLimit } from '../http/paging.ts';
import { document, element, optionalElement } from '../http/xml.ts';

const MAX_PARTS = 1000;

export const listParts: Operation = async (deps, request) => {
  const { query } = request;
  const bucket = deps.buckets.require(request.bucketName);
  const upload = deps.uploads.require(bucket, request.key, query.get('uploadId') ?? '');
  const maxParts = parseLimit('max-parts', query.get('max-parts'), MAX_PARTS);
  const marker = parseLimit('part-number-marker', query.get('part-number-marker') ?? '0', 10_000);

  const found = [...upload.parts.values()]
    .filter((part) => part.partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = found.slice(0, maxParts);
  const isTruncated = found.length > page.length;
  return xmlResponse(
    document('ListPartsResult', [
      element('Bucket', bucket.name),
      element('Key', upload.key),
      element('UploadId', upload.id),
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', marker),
      ...optionalElement('NextPartNumberMarker', isTruncated ? page.at(-1)?.partNumber : undefined),
      element('MaxParts', maxParts),
      element('IsTruncated', isTruncated),
      ...optionalElement('ChecksumAlgorithm', upload.checksumAlgorithm),
      ...page.map((part) =>
        element('Part', [
          element('PartNumber', part.partNumber),
          element('LastModified', part.lastModified),
          element('ETag', quoteEtag(part.etag)),
          element('Size', part.sizeBytes),
          ...(part.checksum ? [element(`Checksum${part.checksum.algorithm}`, part.checksum.value)] : []),
        ]),
      ),
    ]),
  );
};
