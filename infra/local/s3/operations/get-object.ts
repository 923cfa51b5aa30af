import { parseRange } from '../http/byte-range.ts';
import { checkReadConditions, etagListed } from '../storage/conditions.ts';
import { S3Error } from '../errors.ts';
import { assertHeaderValue, checksumHeaders, objectHeaders, quoteEtag } from '../http/object-headers.ts';
import { STORED_HEADERS, type ObjectRecord } from '../storage/object-record.ts';
import type { Operation, S3Deps, S3Request } from '../operation.ts';

export const RESPONSE_OVERRIDES = STORED_HEADERS.map((name) => `response-${name}`);

/** GetObject and HeadObject: the one differs from the other by what is sent of the answer. */
export const getObject: Operation = async (deps, request) => {
  const record = findObject(deps, request);
  if (checkReadConditions(request.headers, record) === 'notModified') {
    const { etag, 'last-modified': lastModified, ...headers } = objectHeaders(record);
    const cacheControl = headers['cache-control'];
    return {
      status: 304,
      headers: {
        etag: etag ?? '',
        'last-modified': lastModified ?? '',
        ...(cacheControl && { 'cache-control': cacheControl }),
      },
    };
  }
  const range = parseRange(rangeHeader(request, record), record.sizeBytes);
  const { start, end } = range ?? { start: 0, end: record.sizeBytes - 1 };
  const wantsChecksum = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    status: range ? 206 : 200,
    headers: {
      ...objectHeaders(record),
      ...overrides(request),
      // A checksum of the whole would not fit a part of it.
      ...(wantsChecksum && !range && checksumHeaders(record.checksum)),
      ...(range && { 'content-range': `bytes ${start}-${end}/${record.sizeBytes}` }),
      'content-length': String(end - start + 1),
    },
    body: {
      chunks: deps.blobs.read(record.segments, start, end),
      release: deps.blobs.pin(record.segments),
    },
  };
};

function findObject(deps: S3Deps, request: S3Request): ObjectRecord {
  const record = deps.buckets.require(request.bucketName).objects.get(request.key);
  if (record) return record;
  // Whoever may not list may not learn what is missing either.
  if (request.caller.kind === 'anonymous') throw new S3Error('AccessDenied');
  throw new S3Error('NoSuchKey', undefined, { details: { Key: request.key } });
}

/** A resumed download must not get the rest of another version. */
function rangeHeader(request: S3Request, record: ObjectRecord): string | undefined {
  const ifRange = request.headers.get('if-range');
  if (ifRange !== undefined) {
    const lastModified = new Date(record.lastModified).toUTCString();
    const isSame = ifRange.startsWith('"')
      ? etagListed(ifRange, record.etag) && ifRange === quoteEtag(record.etag)
      : ifRange === lastModified;
    if (!isSame) return undefined;
  }
  return request.headers.get('range');
}

function overrides(request: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of STORED_HEADERS) {
    const value = request.query.get(`response-${name}`);
    if (value !== undefined) headers[name] = assertHeaderValue(`response-${name}`, value);
  }
  return headers;
}
