import { S3Error } from '../errors.ts';
import { uriDecode } from '../authentication/uri-encoding.ts';

const MAX_KEY_BYTES = 1024;

export interface RequestTarget {
  /** Decoded, with its leading slash. */
  path: string;
  bucket: string | undefined;
  key: string | undefined;
  query: ReadonlyMap<string, string>;
}

export function parseRequestTarget(url: string): RequestTarget {
  // Absolute and authority forms, and raw bytes outside ASCII, are nothing that an S3 client sends.
  if (!/^\/[\x21-\x7e]*$/.test(url)) throw new S3Error('InvalidURI');
  const questionMark = url.indexOf('?');
  const path = uriDecode(questionMark < 0 ? url : url.slice(0, questionMark));
  const query = questionMark < 0 ? new Map<string, string>() : parseQuery(url.slice(questionMark + 1));

  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', undefined, {
      details: { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: String(MAX_KEY_BYTES) },
    });
  }
  return { path, bucket: bucket || undefined, key: key || undefined, query };
}

function parseQuery(raw: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = uriDecode(equals < 0 ? pair : pair.slice(0, equals));
    if (query.has(name)) throw new S3Error('InvalidArgument', 'A query parameter was given more than once.');
    query.set(name, equals < 0 ? '' : uriDecode(pair.slice(equals + 1)));
  }
  return query;
}
