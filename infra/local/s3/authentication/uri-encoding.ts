import { S3Error } from '../errors.ts';

/** RFC 3986 percent-encoding of everything but the unreserved characters, as SigV4 wants it. */
export function awsUriEncode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function awsUriEncodePath(path: string): string {
  return path.split('/').map(awsUriEncode).join('/');
}

/** What S3 does to keys in events and in listings with encoding-type=url: a form encoding that keeps slashes. */
export function formEncodeKey(key: string): string {
  return awsUriEncodePath(key).replaceAll('%20', '+').replaceAll('%2A', '*');
}

/** A `+` stays a plus here: in S3 paths and SigV4 queries a space is always `%20`. */
export function uriDecode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new S3Error('InvalidURI');
  }
}
