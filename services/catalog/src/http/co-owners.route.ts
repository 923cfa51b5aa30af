import { createRoute } from '@hono/zod-openapi';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems, SIGNED_IN_PROBLEMS } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { CoOwnerInput } from '../domain/assets/change-co-owners.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { assetParams } from './asset-schemas.ts';
import { ifMatch } from './edit-asset.route.ts';
import { answerEdited, editedResponse } from './edited-response.ts';
import { revisionsIn } from './entity-tag.ts';

const params = assetParams.extend({
  user_id: idSchema('user').openapi({ param: { name: 'user_id', in: 'path' } }),
});
const changing = [
  ...SIGNED_IN_PROBLEMS,
  'asset.not_owner',
  'asset.not_found',
  'asset.revision_mismatch',
  'request.invalid',
] as const;

const add = createRoute({
  method: 'put',
  path: '/v1/assets/{asin}/co_owners/{user_id}',
  operationId: 'AddCoOwner',
  summary: 'Let another user edit and release',
  description: `By the owner alone; at most ${ASSET_LIMITS.coOwners}. A co-owner edits, releases and yanks, and neither changes the co-owners nor deletes the asset. If-Match may name the revision that is meant.`,
  tags: ['assets'],
  request: { params, headers: ifMatch },
  responses: { ...editedResponse, ...problems(...changing, 'user.not_found', 'asset.co_owners_full') },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/assets/{asin}/co_owners/{user_id}',
  operationId: 'RemoveCoOwner',
  summary: 'Take a co-owner off an asset, or leave it',
  description:
    'By the owner, or by the co-owner. Somebody who is none is not there already, which is no mistake.',
  tags: ['assets'],
  request: { params, headers: ifMatch },
  responses: { ...editedResponse, ...problems(...changing) },
});

type ChangeCoOwner = (input: CoOwnerInput) => Promise<PublishedAsset>;

export const addCoOwnerEndpoint = (addCoOwner: ChangeCoOwner, urls: PublicUrls): Endpoint =>
  endpoint(add, async (c) => {
    const { asin, user_id: coOwner } = c.req.valid('param');
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    return answerEdited(c, await addCoOwner({ asin, coOwner, userId, revisions }), urls);
  });

export const removeCoOwnerEndpoint = (removeCoOwner: ChangeCoOwner, urls: PublicUrls): Endpoint =>
  endpoint(remove, async (c) => {
    const { asin, user_id: coOwner } = c.req.valid('param');
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    return answerEdited(c, await removeCoOwner({ asin, coOwner, userId, revisions }), urls);
  });
