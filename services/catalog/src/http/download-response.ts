import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { z } from '@hono/zod-openapi';
import { engineVersionField } from '@cairn/shared/fields/engine-version';
import type { AppEnv } from '@cairn/shared/http/create-app';
import { wholeAnswer } from '@cairn/shared/http/whole-answer';
import type { ReleaseSummary } from '@cairn/shared/records/asset-record';
import type { GrantedDownload, GrantInput } from '../domain/downloads/grant-download.ts';
import { yankWarning } from './asset-bodies.ts';
import { download } from './asset-schemas.ts';
import { clientOf } from './client-of.ts';
import { yankedHeaders, yankHeaders } from './release-headers.ts';

export interface DownloadRouteDeps {
  grant: (input: GrantInput) => Promise<GrantedDownload>;
  trustedProxies: number;
}

export const downloadResponses = {
  200: {
    description: 'With `Accept: application/json`: the address and what is behind it',
    headers: {
      'Cache-Control': { schema: { type: 'string' as const }, description: '`no-store`' },
      ...yankHeaders,
    },
    content: { 'application/json': { schema: download } },
  },
  302: {
    description: 'To an address at the object store from which the bytes come, for five minutes',
    headers: { Location: { schema: { type: 'string' as const } }, ...yankHeaders },
  },
};

export const downloadQuery = z.object({
  engine: engineVersionField.optional().openapi({
    description:
      'The version of the engine that it is for: without a version in the path, the newest release that supports it is meant; it is counted for the owner of the asset',
    example: '4.2.1',
  }),
});

export const DOWNLOAD_RULE =
  'Needs no account. The answer is a redirect, or JSON with `Accept: application/json`; the file comes as an attachment under its own name. An answered GET counts as one download; HEAD and robots that say so do not.';

const wantsJson = (c: Context<AppEnv>): boolean =>
  c.req.header('accept') !== undefined &&
  accepts(c, {
    header: 'Accept',
    supports: ['application/json'],
    default: '',
    // Only who names it: `*/*` and `application/*` are what browsers and curl send.
    match: (wanted) =>
      wanted.some(({ type, q }) => type.toLowerCase() === 'application/json' && q > 0) ? 'json' : '',
  }) === 'json';

export async function answerDownload(
  c: Context<AppEnv>,
  deps: DownloadRouteDeps,
  what: Pick<GrantInput, 'asin' | 'file' | 'engine'>,
): Promise<Response> {
  const granted = await deps.grant({
    ...what,
    client: clientOf(c, deps.trustedProxies),
    counts: c.req.method === 'GET',
  });
  return answerGrant(c, { ...granted.file, ...granted });
}

interface Granted {
  readonly url: string;
  readonly expiresAt: Date;
  readonly fileName: string;
  readonly size: number;
  readonly sha256: string;
  readonly media_type: string;
  readonly yanked?: ReleaseSummary['yanked'];
}

/** A redirect, or what is behind it as JSON. The address is a secret, so no cache may keep the answer. */
export function answerGrant(c: Context<AppEnv>, granted: Granted): Response {
  const headers = { 'cache-control': 'no-store', vary: 'Accept', ...yankedHeaders(granted.yanked) };
  if (!wantsJson(c)) {
    return wholeAnswer(c, 302, null, { ...headers, location: granted.url });
  }
  const { size, sha256, media_type } = granted;
  const body = download.parse({
    url: granted.url,
    expires_at: granted.expiresAt.toISOString(),
    file_name: granted.fileName,
    size,
    sha256,
    media_type,
    warning: yankWarning(granted.yanked),
  });
  return c.json(body, 200, headers);
}
