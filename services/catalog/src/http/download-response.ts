import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { AppEnv } from '@cairn/shared/http/create-app';
import type { GrantedDownload, GrantInput } from '../domain/downloads/grant-download.ts';
import { download } from './asset-schemas.ts';
import { clientOf } from './client-of.ts';

export interface DownloadRouteDeps {
  grant: (input: GrantInput) => Promise<GrantedDownload>;
  trustedProxies: number;
}

export const downloadResponses = {
  200: {
    description: 'With `Accept: application/json`: the address and what is behind it',
    headers: { 'Cache-Control': { schema: { type: 'string' as const }, description: '`no-store`' } },
    content: { 'application/json': { schema: download } },
  },
  302: {
    description: 'To an address at the object store from which the bytes come, for five minutes',
    headers: { Location: { schema: { type: 'string' as const } } },
  },
};

export const DOWNLOAD_RULE =
  'Needs no account. The answer is a redirect, or JSON with `Accept: application/json`; the file comes as an attachment under its own name. An answered GET counts as one download; HEAD and robots that say so do not.';

const wantsJson = (c: Context<AppEnv>): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json'],
    default: '',
    // Only who names it: `*/*` and `application/*` are what browsers and curl send.
    match: (wanted) =>
      wanted.some(({ type, q }) => type.toLowerCase() === 'application/json' && q > 0) ? 'json' : '',
  }) === 'json';

/** The address is a secret, so no cache may keep the answer. */
export async function answerDownload(
  c: Context<AppEnv>,
  deps: DownloadRouteDeps,
  what: Pick<GrantInput, 'asin' | 'file'>,
): Promise<Response> {
  const granted = await deps.grant({
    ...what,
    client: clientOf(c, deps.trustedProxies),
    counts: c.req.method === 'GET',
  });
  const headers = { 'cache-control': 'no-store', vary: 'Accept' };
  if (!wantsJson(c)) {
    return c.body(null, 302, { ...headers, location: granted.url });
  }
  const { size, sha256, media_type } = granted.file;
  const body = download.parse({
    url: granted.url,
    expires_at: granted.expiresAt.toISOString(),
    file_name: granted.fileName,
    size,
    sha256,
    media_type,
  });
  return c.json(body, 200, headers);
}
