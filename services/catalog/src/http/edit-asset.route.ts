import { createRoute, z } from '@hono/zod-openapi';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { assetFields } from '@cairn/shared/fields/asset-fields';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { EditInput } from '../domain/edit-asset.ts';
import type { OwnerEdit } from '../domain/ports.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { asset, assetParams } from './asset-schemas.ts';
import { answerEdited } from './edited-response.ts';
import { readerOf } from './editor-role.ts';
import { revisionsIn } from './entity-tag.ts';

export const ifMatch = z.object({
  'if-match': z.string().max(1_000).optional().openapi({
    description: 'The ETag of the asset as the caller knows it',
    example: '"3-42"',
  }),
});

const { name, description, tags, license } = assetFields;
const images = z
  .array(z.string().max(64))
  .max(ASSET_LIMITS.pictures)
  .openapi({
    description:
      'The ids of the pictures that stay, in their new order; those that are not named are removed',
    example: ['image_01jd3k5w6he0rtgq5h2tqf7zqk'],
  });
const assetEdit = z
  .strictObject({ name, description, tags, license, images })
  .partial()
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), {
    error: 'must change something',
  })
  .transform(withoutAbsent)
  .openapi('AssetEdit', { minProperties: 1, example: { name: 'Low-poly knight, rigged' } });

/** What is not named stays as it is, which is not the same as being set to nothing. */
function withoutAbsent(edit: Partial<Record<keyof OwnerEdit, unknown>>): OwnerEdit {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

const route = createRoute({
  method: 'patch',
  path: '/v1/assets/{asin}',
  operationId: 'EditAsset',
  summary: 'Edit name, description, tags, licence or the order of pictures',
  description:
    'By the owner or a co-owner; an asset without an owner by a moderator. Pictures are ordered and removed here, and added by an upload. If-Match is required and takes the ETag of a GET: the edit is for the revision in it, whatever has been downloaded since; `"<revision>"` alone and the weak form are taken too. Of two edits of one revision one wins and the other is answered 412. `*` names no revision and is answered 428.',
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
      ...readerOf(principal),
      revisions,
      changes: c.req.valid('json'),
    });
    return answerEdited(c, edited, urls);
  });
