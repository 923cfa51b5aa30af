import type { Context } from 'hono';
import type { AppEnv } from '@cairn/shared/http/create-app';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { assetBody, type PublicUrls } from './asset-bodies.ts';
import { asset } from './asset-schemas.ts';
import { readCaching } from './caching.ts';
import { editorRole } from './editor-role.ts';
import { assetTag } from './entity-tag.ts';

export const editedResponse = {
  200: {
    description: 'The asset as it is now',
    headers: { ETag: { schema: { type: 'string' as const } } },
    content: { 'application/json': { schema: asset } },
  },
};

/** The asset after a change, with the tag that the next one is for. */
export function answerEdited(c: Context<AppEnv>, edited: PublishedAsset, urls: PublicUrls) {
  const principal = c.get('principal');
  const role = editorRole(edited, principal);
  return c.json(assetBody(edited, urls, role), 200, {
    etag: assetTag(edited, role),
    ...readCaching(principal),
  });
}
