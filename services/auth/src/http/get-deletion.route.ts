import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import { DELETION_STEPS } from '../domain/deletion.ts';
import type { GetDeletion } from '../domain/get-deletion.ts';
import { NO_STORE } from './schemas.ts';

const date = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' });

const deletion = z
  .object({
    deletion_id: idSchema('deletion'),
    state: z.enum(['running', 'finished']).openapi({ example: 'finished' }),
    assets: z.enum(['delete', 'keep']).openapi({ description: 'What was asked for', example: 'delete' }),
    date_requested: date,
    date_finished: date.nullable(),
    steps: z.array(
      z.object({
        step: z.enum(DELETION_STEPS).openapi({
          description: '`files`: the stored files of the deleted assets; not there when the assets stay',
        }),
        state: z.enum(['waiting', 'done']),
        count: z.number().int().nonnegative().nullable().openapi({
          description:
            'How many there were, at least; of `files` the assets whose files are gone. Null while waiting',
          example: 3,
        }),
        date_finished: date.nullable(),
      }),
    ),
  })
  .openapi('Deletion');

const route = createRoute({
  method: 'get',
  path: '/v1/deletions/{deletion_id}',
  operationId: 'GetDeletion',
  summary: 'How far the deletion of an account is',
  description:
    'By the id that `DELETE /v1/users/me` gave, without a token, since there is no account any more. Nothing in it tells whose account it was. It is kept for 30 days after the last step.',
  tags: ['accounts'],
  request: { params: z.object({ deletion_id: idSchema('deletion') }) },
  responses: {
    200: { description: 'The report', content: { 'application/json': { schema: deletion } } },
    ...problems('deletion.not_found', 'request.invalid', 'service.unavailable'),
  },
});

export const getDeletionEndpoint = (getDeletion: GetDeletion): Endpoint =>
  endpoint(route, async (c) => {
    const report = await getDeletion(c.req.valid('param').deletion_id);
    const steps = report.steps.map(({ step, report: done }) => ({
      step,
      state: done === undefined ? 'waiting' : 'done',
      count: done?.count ?? null,
      date_finished: done?.date ?? null,
    }));
    return c.json(deletion.parse({ ...report, steps }), 200, NO_STORE);
  });
