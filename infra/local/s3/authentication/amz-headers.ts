import { S3Error } from '../errors.ts';

const KNOWN = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-mode',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-copy-source-range',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-metadata-directive',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-skip-destination-validation',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

// Values that ask for what every object here has anyway.
const HARMLESS: Record<string, string> = {
  'x-amz-acl': 'private',
  'x-amz-checksum-type': 'COMPOSITE',
  'x-amz-storage-class': 'STANDARD',
};

const SIGNATURE_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

/**
 * Splits a query into the operation's own parameters and the x-amz-* headers that presigning moved into it.
 * `x-id` only names the operation, for logs.
 */
export function splitQuery(
  query: ReadonlyMap<string, string>,
  headers: ReadonlyMap<string, string>,
): { parameters: Map<string, string>; headers: Map<string, string> } {
  const parameters = new Map<string, string>();
  const merged = new Map(headers);
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    if (SIGNATURE_PARAMETERS.has(lower) || lower === 'x-id') continue;
    if (!lower.startsWith('x-amz-')) {
      parameters.set(name, value);
    } else if (merged.has(lower) && merged.get(lower) !== value) {
      throw new S3Error('InvalidArgument', `${lower} is given twice, in the query and as a header.`);
    } else {
      merged.set(lower, value);
    }
  }
  return { parameters, headers: merged };
}

/** Refuses what would otherwise be ignored in silence: an ACL, a tag, a lock, an encryption. */
export function refuseUnknownAmzHeaders(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    if (!name.startsWith('x-amz-') || name.startsWith('x-amz-meta-') || KNOWN.has(name)) continue;
    if (HARMLESS[name] === value) continue;
    throw new S3Error('NotImplemented', undefined, { details: { Header: name } });
  }
}
