import { createRoute, z } from '@hono/zod-openapi';
import { clientAddress } from '@cairn/shared/http/client-address';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { DeleteUser } from '../domain/delete-user.ts';
import type { PlanDeletion } from '../domain/plan-deletion.ts';
import { USER_ROLES } from '../domain/staff.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE, passwordProof } from './schemas.ts';

const assets = z.enum(['delete', 'keep']).openapi({
  description: '`keep`: published assets stay up, under no name and without a way back',
  example: 'delete',
});

const deletionRequest = z
  .object({ password: passwordProof.shape.password, assets: assets.default('delete') })
  .openapi('DeletionRequest', { example: { password: 'correct horse battery staple', assets: 'delete' } });

const deletedAccount = z
  .object({
    asin: idSchema('user'),
    date_deleted: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
    deletion_id: idSchema('deletion').optional().openapi({
      description: 'For `GET /v1/deletions/{deletion_id}`, which tells how far it is, without a token',
    }),
  })
  .openapi('DeletedAccount');

const deletionPlan = z
  .object({
    asin: idSchema('user'),
    assets,
    sessions: z.number().int().nonnegative().openapi({ description: 'Open sessions that end', example: 2 }),
    keys: z.array(z.string()).openapi({ description: 'Names of the API keys that end', example: ['ci'] }),
    usernames: z.number().int().positive().openapi({
      description: 'Names that are free again: the present one, and former ones that are still kept',
      example: 1,
    }),
    role: z.enum(USER_ROLES).openapi({ example: 'user' }),
    more: z.object({ assets: z.string(), uploads: z.string() }).openapi({
      description: 'Where the assets that are deleted, or stay, and the uploads that end are listed',
    }),
  })
  .openapi('DeletionPlan');

const route = createRoute({
  method: 'delete',
  path: '/v1/users/me',
  operationId: 'DeleteOwnUser',
  summary: 'Delete the account that is signed in',
  description:
    'Needs the password once more. The account and its sessions end at once and its name is free again; open uploads and assets follow in the background. With `dry_run=true` nothing is changed, and the answer lists what would go: what accounts are made of in it, assets and uploads at the two addresses that it names.',
  tags: ['accounts'],
  request: {
    query: z.object({
      dry_run: z.enum(['true', 'false']).default('false').openapi({ example: 'false' }),
    }),
    body: { required: true, content: { 'application/json': { schema: deletionRequest } } },
  },
  responses: {
    200: {
      description: 'Of a dry run: what would go',
      content: { 'application/json': { schema: deletionPlan } },
    },
    202: {
      description: 'The account is gone; its assets follow',
      content: { 'application/json': { schema: deletedAccount } },
    },
    ...problems(
      ...BODY_PROBLEMS,
      ...SIGNED_IN_PROBLEMS,
      'auth.session_required',
      'auth.invalid_credentials',
      'auth.busy',
      'auth.too_many_attempts',
      'user.last_admin',
    ),
  },
});

export const deleteUserEndpoint = (
  deleteUser: DeleteUser,
  planDeletion: PlanDeletion,
  trustedProxies: number,
): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requireSession(c);
    const wanted = { ...c.req.valid('json'), userId, address: clientAddress(c, trustedProxies) };
    if (c.req.valid('query').dry_run === 'true') {
      const plan = await planDeletion(wanted);
      const more = { assets: `/v1/assets?owner=${userId}`, uploads: '/v1/uploads' };
      return c.json(deletionPlan.parse({ ...plan, more }), 200, NO_STORE);
    }
    return c.json(deletedAccount.parse(await deleteUser(wanted)), 202, NO_STORE);
  });
