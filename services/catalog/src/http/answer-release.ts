import type { Context } from 'hono';
import type { AppEnv } from '@cairn/shared/http/create-app';
import { wholeAnswer } from '@cairn/shared/http/whole-answer';
import type { ReleaseReader, ShownRelease } from '../domain/get-release.ts';
import { releaseBody, type PublicUrls } from './asset-bodies.ts';
import { readCaching } from './caching.ts';
import { readerOf } from './editor-role.ts';
import { isUnchanged } from './entity-tag.ts';
import { releaseHeaders } from './release-headers.ts';

export interface ReleaseRouteDeps {
  readonly getRelease: (input: ReleaseReader) => Promise<ShownRelease>;
  readonly urls: PublicUrls;
}

/** A release by its version, or the newest that fits. */
export async function answerRelease(
  c: Context<AppEnv>,
  { getRelease, urls }: ReleaseRouteDeps,
  wanted: Pick<ReleaseReader, 'asin' | 'version' | 'engine'>,
): Promise<Response> {
  const principal = c.get('principal');
  const shown = await getRelease({ ...wanted, ...readerOf(principal) });
  const headers = { ...releaseHeaders(shown), ...readCaching(principal) };
  if (isUnchanged(c.req.header('if-none-match'), headers.etag)) return wholeAnswer(c, 304, null, headers);
  const text = JSON.stringify(releaseBody(shown, urls));
  return wholeAnswer(c, 200, text, { ...headers, 'content-type': 'application/json' });
}
