import { createRoute, z } from '@hono/zod-openapi';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { textField } from '@cairn/shared/fields/text';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, problems, SIGNED_IN_PROBLEMS } from '@cairn/shared/http/problem';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { YankInput } from '../domain/releases/yank-release.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { releaseParams } from './asset-schemas.ts';
import { ifMatch } from './edit-asset.route.ts';
import { answerEdited, editedResponse } from './edited-response.ts';
import { revisionsIn } from './entity-tag.ts';

const yankReason = z
  .strictObject({
    reason: textField(ASSET_LIMITS.reason).openapi({
      type: 'string',
      description: 'Everybody who still gets the release is shown it',
      example: 'Its textures are missing.',
    }),
  })
  .openapi('YankReason');

const changing = [
  ...SIGNED_IN_PROBLEMS,
  'asset.not_owner',
  'asset.not_found',
  'release.not_found',
  'asset.revision_mismatch',
  'request.invalid',
] as const;

const yank = createRoute({
  method: 'put',
  path: '/v1/assets/{asin}/releases/{version}/yank',
  operationId: 'YankRelease',
  summary: 'Take a release back, with a reason',
  description:
    'By the owner or a co-owner. It leaves search and "newest"; by its version it can still be had, with a warning. Once all are yanked the asset is found by its address alone.',
  tags: ['releases'],
  request: {
    params: releaseParams,
    headers: ifMatch,
    body: { required: true, content: { 'application/json': { schema: yankReason } } },
  },
  responses: { ...editedResponse, ...problems(...BODY_PROBLEMS, ...changing) },
});

const unyank = createRoute({
  method: 'delete',
  path: '/v1/assets/{asin}/releases/{version}/yank',
  operationId: 'UnyankRelease',
  summary: 'Offer a yanked release again',
  description: 'By the owner or a co-owner. One that is not yanked stays as it is.',
  tags: ['releases'],
  request: { params: releaseParams, headers: ifMatch },
  responses: { ...editedResponse, ...problems(...changing) },
});

type Yank = (input: YankInput) => Promise<PublishedAsset>;

export const yankReleaseEndpoint = (yankRelease: Yank, urls: PublicUrls): Endpoint =>
  endpoint(yank, async (c) => {
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), userId, revisions };
    return answerEdited(c, await yankRelease(input), urls);
  });

export const unyankReleaseEndpoint = (yankRelease: Yank, urls: PublicUrls): Endpoint =>
  endpoint(unyank, async (c) => {
    const { userId } = requirePrincipal(c);
    const revisions = revisionsIn(c.req.header('if-match'));
    const input = { ...c.req.valid('param'), reason: undefined, userId, revisions };
    return answerEdited(c, await yankRelease(input), urls);
  });
