import { z } from '@hono/zod-openapi';
import { idSchema } from '@cairn/shared/ids';
import { USER_ROLES } from '../domain/staff.ts';
import { account, newCredentials, passwordProof } from './schemas.ts';

export const userParams = z.object({ asin: idSchema('user') });

const role = z.enum(USER_ROLES).openapi({ example: 'user' });

export const ownAccount = account
  .extend({
    role: role.openapi({ description: 'What the account may do beyond its own things' }),
    username_changeable_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'When the username can be changed again; null: now', example: null }),
  })
  .openapi('OwnAccount');

export const publicProfile = z
  .object({
    asin: idSchema('user'),
    username: z.string().nullable().openapi({
      description: 'Null where the username holds an `@`: an e-mail address is never shown to others',
      example: 'Mara',
    }),
    date_created: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
  })
  .openapi('PublicProfile');

export const usernameChange = z
  .object({
    username: newCredentials.shape.username.openapi({ example: 'mira@example.com' }),
    password: passwordProof.shape.password,
  })
  .openapi('UsernameChange', {
    example: { username: 'mira@example.com', password: 'correct horse battery staple' },
  });

const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .openapi({ description: 'Kept in the audit log for good', example: 'Asked for by the team' });

export const roleChange = z
  .object({ role, reason })
  .openapi('RoleChange', { example: { role: 'moderator', reason: 'Helps with reports' } });

export const userRole = z.object({ asin: idSchema('user'), role }).openapi('UserRole');

const status = z.enum(['active', 'disabled']).openapi({ example: 'disabled' });

export const statusChange = z
  .object({ status, reason })
  .openapi('StatusChange', { example: { status: 'disabled', reason: 'Sells what belongs to others' } });

export const userStatus = z.object({ asin: idSchema('user'), status }).openapi('UserStatus');
