import { createRoute, z } from '@hono/zod-openapi';
import { ASSET_LIMITS } from '@cairn/shared/fields/asset-limits';
import { textField } from '@cairn/shared/fields/text';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, problems, SIGNED_IN_PROBLEMS } from '@cairn/shared/http/problem';
import { requireRole } from '@cairn/shared/http/require-role';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import type { ModerateInput } from '../domain/moderation/moderate-asset.ts';
import { MODERATION_ACTS, type ModerationEntry } from '../domain/moderation/moderation-log.ts';
import type { PublicUrls } from './asset-bodies.ts';
import { assetParams } from './asset-schemas.ts';
import { answerEdited, editedResponse } from './edited-response.ts';

const moderation = z
  .strictObject({
    withheld: z.boolean().openapi({ description: 'Whether it is hidden', example: true }),
    reason: textField(ASSET_LIMITS.reason).openapi({
      type: 'string',
      description: 'For the record; of a withheld asset the owner is shown it',
      example: 'It is somebody else’s work.',
    }),
  })
  .openapi('Moderation');

const moderate = createRoute({
  method: 'put',
  path: '/v1/assets/{asin}/moderation',
  operationId: 'ModerateAsset',
  summary: 'Withhold an asset, or show it again',
  description:
    'By moderators. A withheld asset is as if absent for everybody but its owner, who is shown the reason, and moderators; none of its bytes are granted. It leaves search within 2 s. Every act is on record.',
  tags: ['moderation'],
  request: {
    params: assetParams,
    body: { required: true, content: { 'application/json': { schema: moderation } } },
  },
  responses: {
    ...editedResponse,
    ...problems(...BODY_PROBLEMS, ...SIGNED_IN_PROBLEMS, 'auth.role_required', 'asset.not_found'),
  },
});

export const moderateAssetEndpoint = (
  moderateAsset: (input: ModerateInput) => Promise<PublishedAsset>,
  urls: PublicUrls,
): Endpoint =>
  endpoint(moderate, async (c) => {
    const { userId: moderatorId } = requireRole(c, 'moderator');
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), moderatorId };
    return answerEdited(c, await moderateAsset(input), urls);
  });

const MOST_ENTRIES = 100;

const moderationLog = z
  .object({
    items: z.array(
      z.object({
        act: z.enum(MODERATION_ACTS),
        moderator: z.string().openapi({ example: 'user_01jd3k5w6he0rtgq5h2tqf7zqk' }),
        reason: z.string().openapi({ example: 'It is somebody else’s work.' }),
        at: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
      }),
    ),
  })
  .openapi('ModerationLog');

const list = createRoute({
  method: 'get',
  path: '/v1/assets/{asin}/moderation',
  operationId: 'GetModerationLog',
  summary: 'What moderators did to an asset',
  description: `By moderators: the newest ${MOST_ENTRIES} acts, also of an asset that was deleted since. An act is on record before it is done.`,
  tags: ['moderation'],
  request: { params: assetParams },
  responses: {
    200: { description: 'The acts', content: { 'application/json': { schema: moderationLog } } },
    ...problems(...SIGNED_IN_PROBLEMS, 'auth.role_required', 'request.invalid'),
  },
});

export const moderationLogEndpoint = (
  listModeration: (asin: string, limit: number) => Promise<ModerationEntry[]>,
): Endpoint =>
  endpoint(list, async (c) => {
    requireRole(c, 'moderator');
    const items = await listModeration(c.req.valid('param').asin, MOST_ENTRIES);
    return c.json(moderationLog.parse({ items }), 200, { 'cache-control': 'private, no-store' });
  });
