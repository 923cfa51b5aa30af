import { createRoute, z } from '@hono/zod-openapi';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { assetFields } from '@cairn/shared/fields/asset-fields';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { EditInput } from '../domain/edit-asset.ts';
import type { AssetEdit } from '../domain/ports.ts';
import { assetBody, type PublicUrls } from './asset-bodies.ts';
import { asset, assetParams } from './asset-schemas.ts';
import { readCaching } from './caching.ts';
import { assetTag, revisionsIn } from './entity-tag.ts';

export const ifMatch = z.object({
  'if-match': z.string().max(1_000).optional().openapi({
    description: 'The ETag of the asset as the caller knows it',
    example: '"3-42"',
  }),
});

const { name, description, tags, license } = assetFields;
const assetEdit = z
  .strictObject({ name, description, tags, license })
  .partial()
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), {
    error: 'must change something',
  })
  .transform(withoutAbsent)
  .openapi('AssetEdit', { minProperties: 1, example: { name: 'Low-poly knight, rigged' } });

/** What is not named stays as it is, which is not the same as being set to nothing. */
function withoutAbsent(edit: Partial<Record<keyof AssetEdit, unknown>>): AssetEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

const route = createRoute({
  method: 'patch',
  path: '/v1/assets/{asin}',
  operationId: 'EditAsset',
  summary: 'Edit name, description, tags or licence',
  description:
    'By the owner or a co-owner. If-Match is required and takes the ETag of a GET: the edit is for the revision in it, whatever has been downloaded since; `"<revision>"` alone and the weak form are taken too. Of two edits of one revision one wins and the other is answered 412. `*` names no revision and is answered 428.',
  tags: ['assets'],
  request: {
    params: assetParams,
    headers: ifMatch,
    body: { required: true, content: { 'application/json': { schema: assetEdit } } },
  },
  responses: {
    200: {
      description: 'The asset after the edit',
      headers: { ETag: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: asset } },
    },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'asset.not_owner',
      'asset.not_found',
      'asset.revision_mismatch',
      'asset.revision_required',
    ),
  },
});

export const editAssetEndpoint = (
  editAsset: (input: EditInput) => Promise<PublishedAsset>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(route, async (c) => {
    const principal = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    if (revisions === undefined) {
      throw new DomainError('asset.revision_required', { hint: 'Send the ETag of a GET as If-Match.' });
    }
    const edited = await editAsset({
      asin: c.req.valid('param').asin,
      userId: principal.userId,
      revisions,
      changes: c.req.valid('json'),
    });
    return c.json(assetBody(edited, urls), 200, { etag: assetTag(edited), ...readCaching(principal) });
  });
