import { checksumHeader, type Checksum } from '../storage/checksums.ts';
import { S3Error } from '../errors.ts';
import { STORED_HEADERS, type ObjectDescription, type ObjectRecord } from '../storage/object-record.ts';

const META_PREFIX = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

export function describeObject(headers: ReadonlyMap<string, string>): ObjectDescription {
  const description: ObjectDescription = { headers: {}, metadata: {} };
  for (const name of STORED_HEADERS) {
    const value = name === 'content-encoding' ? contentEncoding(headers) : headers.get(name);
    if (value) description.headers[name] = assertHeaderValue(name, value);
  }
  let metadataBytes = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith(META_PREFIX)) continue;
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      throw new S3Error('InvalidArgument', 'A metadata name is not valid.');
    description.metadata[name.slice(META_PREFIX.length)] = assertHeaderValue(name, value);
    metadataBytes += name.length - META_PREFIX.length + value.length;
  }
  if (metadataBytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', undefined, {
      details: { Size: String(metadataBytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    });
  }
  return description;
}

/** A presigned URL can carry in its query what no header can. */
export function assertHeaderValue(name: string, value: string): string {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
      details: { ArgumentName: name },
    });
  }
  return value;
}

/** `aws-chunked` was the encoding of the transfer, not of the object. */
function contentEncoding(headers: ReadonlyMap<string, string>): string | undefined {
  return headers
    .get('content-encoding')
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
    .join(', ');
}

export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'content-type': DEFAULT_CONTENT_TYPE,
    ...record.headers,
    etag: quoteEtag(record.etag),
    'last-modified': new Date(record.lastModified).toUTCString(),
  };
  for (const [name, value] of Object.entries(record.metadata)) headers[META_PREFIX + name] = value;
  return headers;
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export function quoteEtag(etag: string): string {
  return `"${etag}"`;
}
