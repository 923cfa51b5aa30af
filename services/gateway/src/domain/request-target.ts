/**
 * What a client asked for, in the only spelling that is let through: two programs that read it must see the
 * same path, whether or not they decode or normalise. So what could be read in two ways is refused.
 */
export type RequestTarget =
  | {
      readonly outcome: 'accepted';
      readonly path: string;
      /** With its `?`, or empty. */ readonly query: string;
    }
  | {
      readonly outcome: 'refused';
      readonly code: 'request.malformed' | 'request.not_found';
      readonly detail: string;
    };

const MAX_TARGET_LENGTH = 8_192;
const MAX_PATH_LENGTH = 2_048;

// Without `;`: some servers cut a segment there. A backslash is a slash to WHATWG URL parsers.
const PATH_CHARACTERS = /^\/[A-Za-z0-9._~!$&'()*+,=:@%/-]*$/;
const QUERY_CHARACTERS = /^[\u0021\u0022\u0024-\u007e]*$/;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const ESCAPE = /%(..?)?/g;

export function parseRequestTarget(target: string): RequestTarget {
  if (target.length > MAX_TARGET_LENGTH) return malformed('The request target is too long.');
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  if (path.length > MAX_PATH_LENGTH) return malformed('The path is too long.');
  if (!PATH_CHARACTERS.test(path)) return malformed('The path holds characters that it must not hold.');
  if (DOT_SEGMENT.test(path)) return malformed('The path holds dot segments.');
  if (path.includes('%') && !hasOnlyPlainEscapes(path)) {
    return malformed('The path holds escapes that it must not hold.');
  }
  if (path.includes('//')) {
    return { outcome: 'refused', code: 'request.not_found', detail: 'The path holds an empty segment.' };
  }
  if (!QUERY_CHARACTERS.test(query) || (query.includes('%') && !isUtf8(query))) {
    return malformed('The query is not valid.');
  }
  return { outcome: 'accepted', path, query };
}

function malformed(detail: string): RequestTarget {
  return { outcome: 'refused', code: 'request.malformed', detail };
}

/** Escapes of complete UTF-8 sequences, none of them for something that routing could take for itself. */
function hasOnlyPlainEscapes(path: string): boolean {
  for (const [, digits = ''] of path.matchAll(ESCAPE)) {
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return false;
    if (matters(Number.parseInt(digits, 16))) return false;
  }
  return isUtf8(path);
}

/** Controls, `%`, `/`, `;`, `\`, and what RFC 3986 never needs to escape: letters, digits and `-._~`. */
function matters(code: number): boolean {
  return code < 0x20 || code === 0x7f || /[%/;\\A-Za-z0-9._~-]/.test(String.fromCharCode(code));
}

function isUtf8(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
