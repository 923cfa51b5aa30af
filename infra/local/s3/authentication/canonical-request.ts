import { awsUriEncode, awsUriEncodePath } from './uri-encoding.ts';

export interface CanonicalRequestInput {
  method: string;
  /** Decoded. */
  path: string;
  query: Iterable<readonly [name: string, value: string]>;
  headers: ReadonlyMap<string, string>;
  signedHeaders: readonly string[];
  payloadHash: string;
}

export function canonicalRequest(input: CanonicalRequestInput): string {
  const query = [...input.query]
    .map(([name, value]) => [awsUriEncode(name), awsUriEncode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = input.signedHeaders.map((name) => `${name}:${canonicalValue(input.headers.get(name))}\n`);
  return [
    input.method,
    awsUriEncodePath(input.path),
    query,
    headers.join(''),
    input.signedHeaders.join(';'),
    input.payloadHash,
  ].join('\n');
}

/** A header that is missing signs as an empty one, so a signed header that is left out cannot verify. */
function canonicalValue(value: string | undefined): string {
  return (value ?? '').trim().replace(/[ \t]+/g, ' ');
}

/** Lower-cased names; a repeated header becomes one, joined with a comma, as SigV4 wants it. */
export function headerMap(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
}
