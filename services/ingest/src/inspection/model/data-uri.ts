import { corrupt } from './refuse.ts';

export interface DataUri {
  /** Lower case; empty when none is given. */
  readonly mediaType: string;
  /** Decoded. */
  readonly byteLength: number;
  readonly decode: () => Uint8Array;
}

const MAX_HEADER = 256;
const HEADER = /^[a-z0-9.+/;=_-]*$/;

export const isDataUri = (uri: string): boolean => /^data:/i.test(uri.slice(0, 5));

/** Checks all of it and decodes nothing; throws `Rejected` when it is not well-formed. */
export function parseDataUri(uri: string): DataUri {
  const comma = uri.slice(0, MAX_HEADER).indexOf(',');
  const header = uri.slice(5, comma).toLowerCase();
  if (comma === -1 || !HEADER.test(header)) throw corrupt('a data URI without a head');
  const base64 = header.endsWith(';base64');
  const body = comma + 1;
  return {
    mediaType: header.split(';')[0] ?? '',
    byteLength: base64 ? base64Length(uri, body) : percentLength(uri, body),
    decode: () =>
      base64 ? Buffer.from(uri.slice(body), 'base64') : Buffer.from(unescapeBytes(uri.slice(body)), 'latin1'),
  };
}

// Loops and no regular expressions: the text can have millions of characters.
function base64Length(uri: string, start: number): number {
  let end = uri.length;
  while (end > start && uri.length - end < 2 && uri.codePointAt(end - 1) === EQUALS) end -= 1;
  for (let i = start; i < end; i += 1) {
    if (!isBase64(uri.charCodeAt(i))) throw corrupt('a data URI that is not base64');
  }
  const digits = end - start;
  const padded = uri.length - start;
  if (digits % 4 === 1 || (padded !== digits && padded % 4 !== 0))
    throw corrupt('a data URI that is cut off');
  return Math.floor((digits * 3) / 4);
}

function percentLength(uri: string, start: number): number {
  let length = 0;
  for (let i = start; i < uri.length; i += 1) {
    const code = uri.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) throw corrupt('a data URI with unencoded characters');
    if (code === PERCENT) {
      if (!/^[0-9a-f]{2}$/i.test(uri.slice(i + 1, i + 3))) throw corrupt('a data URI that is cut off');
      i += 2;
    }
    length += 1;
  }
  return length;
}

const unescapeBytes = (text: string): string =>
  text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const EQUALS = 0x3d;
const PERCENT = 0x25;

function isBase64(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b
  );
}
