import { S3Error } from '../errors.ts';
import { quoteEtag } from '../http/object-headers.ts';
import { decodeToken, encodeToken, listObjects, type ListingPosition } from '../storage/object-listing.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { keyEncoder, parseLimit } from '../http/paging.ts';
import { document, element, optionalElement, type XmlFragment } from '../http/xml.ts';

const MAX_KEYS = 1000;

export const listObjectsV2: Operation = async (deps, request) => {
  const { query } = request;
  const bucket = deps.buckets.require(request.bucketName);
  if (query.get('list-type') !== '2') {
    throw new S3Error('NotImplemented', 'Only version 2 of ListObjects is implemented.');
  }
  const encode = keyEncoder(query.get('encoding-type'));
  const maxKeys = parseLimit('max-keys', query.get('max-keys'), MAX_KEYS);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');

  const listing = listObjects(bucket.objects, {
    prefix,
    delimiter,
    maxKeys,
    after: resumeAt(token, startAfter),
  });
  return xmlResponse(
    document('ListBucketResult', [
      element('Name', bucket.name),
      element('Prefix', encode(prefix)),
      ...(delimiter === '' ? [] : [element('Delimiter', encode(delimiter))]),
      ...optionalElement('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
      ...optionalElement('EncodingType', query.get('encoding-type')),
      element('MaxKeys', maxKeys),
      element('KeyCount', listing.objects.length + listing.commonPrefixes.length),
      element('IsTruncated', listing.next !== undefined),
      ...optionalElement('ContinuationToken', token),
      ...optionalElement('NextContinuationToken', listing.next && encodeToken(listing.next)),
      ...listing.objects.map((record) => contents(record, encode)),
      ...listing.commonPrefixes.map((commonPrefix) =>
        element('CommonPrefixes', [element('Prefix', encode(commonPrefix))]),
      ),
    ]),
  );
};

function resumeAt(token: string | undefined, startAfter: string | undefined): ListingPosition | undefined {
  if (token === undefined) return startAfter === undefined ? undefined : { key: startAfter };
  const position = decodeToken(token);
  if (!position) throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return position;
}

function contents(record: ObjectRecord, encode: (key: string) => string): XmlFragment {
  return element('Contents', [
    element('Key', encode(record.key)),
    element('LastModified', record.lastModified),
    element('ETag', quoteEtag(record.etag)),
    ...(record.checksum
      ? [
          element('ChecksumAlgorithm', record.checksum.algorithm),
          element('ChecksumType', record.checksum.type),
        ]
      : []),
    element('Size', record.sizeBytes),
    element('StorageClass', 'STANDARD'),
  ]);
}
