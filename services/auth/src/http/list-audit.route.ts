import { createRoute, z } from '@hono/zod-openapi';
import { endpoint, type Endpoint } from '@cairn/shared/http/endpoint';
import { SIGNED_IN_PROBLEMS, problems } from '@cairn/shared/http/problem';
import { idSchema } from '@cairn/shared/ids';
import { AUDITED_ACTIONS } from '../domain/audit.ts';
import type { ListAudit } from '../domain/list-audit.ts';
import { COMMAND_LINE, USER_ROLES } from '../domain/staff.ts';
import { requireSession } from './require-session.ts';
import { NO_STORE } from './schemas.ts';

const entry = z
  .object({
    entry_id: z.string().openapi({ example: 'event_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    date: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
    actor: z.string().openapi({
      description: `The administrator’s asin, or \`${COMMAND_LINE}\` for the command line`,
      example: 'user_01jd3k5w6he0rtgq5h2tqf7zqk',
    }),
    action: z.enum(AUDITED_ACTIONS).openapi({ example: 'role.set' }),
    role: z.enum(USER_ROLES).optional().openapi({ description: 'Of `role.set`', example: 'moderator' }),
    subject: idSchema('user').openapi({ description: 'Whom it was done to' }),
    reason: z.string().openapi({ example: 'Helps with reports' }),
  })
  .openapi('AuditEntry');

const page = z
  .object({
    items: z.array(entry),
    next_cursor: z.string().nullable().openapi({ description: 'Null at the end', example: null }),
  })
  .openapi('AuditPage');

/** A sort key of the log, so that a cursor of anything else is a bad field and not an empty page. */
const CURSOR = /^[0-9]{4}-[0-9TZ:.-]{15,30}#event_[0-9a-z]{26}$/;

const cursor = z
  .string()
  .max(200)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .refine((text) => CURSOR.test(text), {
    error: 'must be a next_cursor as it was given',
    params: { code: 'cursor.malformed', hint: 'Begin without a cursor.' },
  })
  .openapi({ type: 'string', example: 'MjAyNi0xMS0yMlQxMjowMDowMC4wMDBaI2V2ZW50XzAxamQz' });

const route = createRoute({
  method: 'get',
  path: '/v1/audit',
  operationId: 'ListAudit',
  summary: 'What administrators did to accounts',
  description: 'For administrators. The newest first; an act is listed a moment after it was done.',
  tags: ['administration'],
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: cursor.optional(),
    }),
  },
  responses: {
    200: { description: 'The acts', content: { 'application/json': { schema: page } } },
    ...problems(...SIGNED_IN_PROBLEMS, 'request.invalid', 'auth.session_required', 'auth.role_required'),
  },
});

export const listAuditEndpoint = (listAudit: ListAudit): Endpoint =>
  endpoint(route, async (c) => {
    const { userId: actor } = requireSession(c);
    const { limit, cursor: after } = c.req.valid('query');
    const { entries, next } = await listAudit({ actor, limit, after });
    const next_cursor = next === undefined ? null : Buffer.from(next).toString('base64url');
    return c.json(page.parse({ items: entries, next_cursor }), 200, NO_STORE);
  });
