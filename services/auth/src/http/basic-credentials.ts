const TOKEN68 = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * `Authorization: Basic` by RFC 7617 with charset UTF-8; undefined for whatever is not exactly that. The
 * password is what follows the first colon. RFC 7617 keeps control characters out of both; no username has
 * any, and a password that was registered with one through JSON is not refused here, because both ways to
 * sign in take the same passwords.
 */
export function parseBasicCredentials(header: string | undefined): BasicCredentials | undefined {
  const encoded = TOKEN68.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  // Node skips what does not fit; only what encodes to the same text again was canonical base64.
  if (bytes.toString('base64') !== encoded) return undefined;
  const text = decodeUtf8(bytes);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
