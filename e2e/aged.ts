import { createHash, createHmac, createPrivateKey, sign, type JsonWebKeyInput } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/*
 * What the product signed, as it would look if it had been signed hours ago. Nothing else can show a black box
 * an expired token or URL without waiting an hour. Both keys are in the data folder of a product of our own.
 */

const KEY_PREFIX = 'cairn_key_';

/** The same access token or API key, `seconds` older. */
export async function agedToken(text: string, seconds: number, dataFolder: string): Promise<string> {
  const prefix = text.startsWith(KEY_PREFIX) ? KEY_PREFIX : '';
  const token = text.slice(prefix.length);
  const [head = '', body = ''] = token.split('.');
  const { kid } = decoded(head) as { kid: string };
  const claims = decoded(body) as { iat: number; exp: number };
  const older = encoded({ ...claims, iat: claims.iat - seconds, exp: claims.exp - seconds });
  const file = await readFile(path.join(dataFolder, 'signing-keys.json'), 'utf8');
  const { keys } = JSON.parse(file) as { keys: { kid: string; private_jwk: JsonWebKeyInput['key'] }[] };
  const jwk = keys.find((each) => each.kid === kid)?.private_jwk;
  if (jwk === undefined) throw new Error('the signing keys hold no key of that name');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return `${prefix}${head}.${older}.${sign('RSA-SHA256', Buffer.from(`${head}.${older}`), key).toString('base64url')}`;
}

/** The same presigned URL, signed `seconds` earlier for the same headers. */
export async function agedUrl(
  presigned: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  },
  seconds: number,
  dataFolder: string,
): Promise<string> {
  const { secretAccessKey } = JSON.parse(
    await readFile(path.join(dataFolder, 'credentials.json'), 'utf8'),
  ) as {
    secretAccessKey: string;
  };
  const url = new URL(presigned.url);
  url.searchParams.delete('X-Amz-Signature');
  const at = new Date(parseAmzDate(url.searchParams.get('X-Amz-Date') ?? '') - seconds * 1_000);
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const [accessKey, , ...place] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  const scope = [stamp.slice(0, 8), ...place].join('/');
  url.searchParams.set('X-Amz-Date', stamp);
  url.searchParams.set('X-Amz-Credential', `${accessKey}/${scope}`);

  const names = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  const headers: Record<string, string> = { host: url.host, ...presigned.headers };
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const canonical = [
    presigned.method,
    url.pathname,
    query.join('&'),
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    stamp,
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((from, step) => hmac(from, step), `AWS4${secretAccessKey}`);
  return `${url.origin}${url.pathname}?${query.join('&')}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function parseAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
