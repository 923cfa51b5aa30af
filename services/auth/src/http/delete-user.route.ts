import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, requirePrincipal, type Endpoint } from '@cairn/shared/http/endpoint';
import { BODY_PROBLEMS, SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import type { DeleteUser } from '../domain/delete-user.ts';
import { NO_STORE, passwordProof } from './schemas.ts';

const deletedAccount = z
  .object({
    asin: idSchema('user'),
    date_deleted: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
  })
  .openapi('DeletedAccount');

const route = createRoute({
  method: 'delete',
  path: '/v1/users/me',
  operationId: 'DeleteOwnUser',
  summary: 'Delete the account that is signed in',
  description:
    'Needs the password once more. The account and its sessions end at once and its name is free again; its assets are removed in the background.',
  tags: ['accounts'],
  request: { body: { required: true, content: { 'application/json': { schema: passwordProof } } } },
  responses: {
    202: {
      description: 'The account is gone; its assets follow',
      content: { 'application/json': { schema: deletedAccount } },
    },
    ...problems(...BODY_PROBLEMS, ...SIGNED_IN_PROBLEMS, 'auth.invalid_credentials', 'auth.busy'),
  },
});

export const deleteUserEndpoint = (deleteUser: DeleteUser): Endpoint =>
  endpoint(route, async (c) => {
    const { userId } = requirePrincipal(c);
    const deleted = await deleteUser({ userId, password: c.req.valid('json').password });
    return c.json(deletedAccount.parse(deleted), 202, NO_STORE);
  });
