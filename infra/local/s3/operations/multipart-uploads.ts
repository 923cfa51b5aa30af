import { parseChecksumAlgorithm } from '../storage/checksums.ts';
import { compareKeys } from '../storage/key-order.ts';
import { describeObject } from '../http/object-headers.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { keyEncoder, parseLimit } from '../http/paging.ts';
import { document, element, optionalElement } from '../http/xml.ts';

const MAX_UPLOADS = 1000;

export const createMultipartUpload: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const algorithmName = request.headers.get('x-amz-checksum-algorithm');
  const algorithm = algorithmName === undefined ? undefined : parseChecksumAlgorithm(algorithmName);
  const upload = await deps.uploads.create(bucket, request.key, describeObject(request.headers), algorithm);
  return xmlResponse(
    document('InitiateMultipartUploadResult', [
      element('Bucket', bucket.name),
      element('Key', upload.key),
      element('UploadId', upload.id),
    ]),
    algorithm && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'COMPOSITE' },
  );
};

export const abortMultipartUpload: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  await deps.uploads.abort(deps.uploads.require(bucket, request.key, request.query.get('uploadId') ?? ''));
  return { status: 204 };
};

export const listMultipartUploads: Operation = async (deps, request) => {
  const { query } = request;
  const bucket = deps.buckets.require(request.bucketName);
  const encode = keyEncoder(query.get('encoding-type'));
  const maxUploads = parseLimit('max-uploads', query.get('max-uploads'), MAX_UPLOADS);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const uploadIdMarker = query.get('upload-id-marker') ?? '';
  const isPastMarker = (upload: { key: string; id: string }) => {
    const order = compareKeys(upload.key, keyMarker);
    return order > 0 || (order === 0 && uploadIdMarker !== '' && upload.id > uploadIdMarker);
  };

  const found = deps.uploads
    .listOpen(bucket)
    .filter((upload) => upload.key.startsWith(prefix) && (keyMarker === '' || isPastMarker(upload)))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.id < b.id ? -1 : 1));
  const page = found.slice(0, maxUploads);
  const last = found.length > page.length ? page.at(-1) : undefined;
  return xmlResponse(
    document('ListMultipartUploadsResult', [
      element('Bucket', bucket.name),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', uploadIdMarker),
      ...optionalElement('NextKeyMarker', last && encode(last.key)),
      ...optionalElement('NextUploadIdMarker', last?.id),
      ...optionalElement('EncodingType', query.get('encoding-type')),
      element('Prefix', encode(prefix)),
      element('MaxUploads', maxUploads),
      element('IsTruncated', last !== undefined),
      ...page.map((upload) =>
        element('Upload', [
          element('Key', encode(upload.key)),
          element('UploadId', upload.id),
          element('StorageClass', 'STANDARD'),
          element('Initiated', upload.initiated),
          ...optionalElement('ChecksumAlgorithm', upload.checksumAlgorithm),
        ]),
      ),
    ]),
  );
};
