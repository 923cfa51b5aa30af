import { z } from '@hono/zod-openapi';
import { idSchema } from '@cairn/shared/ids';
import type { SignedIn } from '../domain/open-session.ts';
import { newPasswordRefusal, PASSWORD_LENGTH } from '../domain/password.ts';
import { parseUsername, USERNAME_LENGTH, type Refusal } from '../domain/username.ts';

const EXAMPLE = { username: 'mara@example.com', password: 'correct horse battery staple' };

const REFRESH_TOKEN =
  'cairn_refresh_user_01jd3k5w6he0rtgq5h2tqf7zqk.session_01jd3k5w6he0rtgq5h2tqf7zqk.c2VjcmV0c2VjcmV0c2VjcmV0.c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmU';

function refuse(ctx: z.RefinementCtx<string>, refusal: Refusal | undefined): void {
  if (refusal === undefined) return;
  const { code, message, hint } = refusal;
  ctx.addIssue({
    code: 'custom',
    message,
    params: { code, ...(hint === undefined ? {} : { hint }) },
  });
}

const newPassword = z
  .string()
  .superRefine((text, ctx) => refuse(ctx, newPasswordRefusal(text)))
  .openapi({
    description: `${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters, every one kept exactly as sent; not one of the commonest passwords.`,
    format: 'password',
    example: EXAMPLE.password,
  });

/** What a new user chooses. The rules are the domain's; the lengths are counted in code points. */
export const newCredentials = z
  .object({
    username: z
      .string()
      .superRefine((text, ctx) => {
        const parsed = parseUsername(text);
        refuse(ctx, parsed.ok ? undefined : parsed.refusal);
      })
      .openapi({
        description: `An e-mail address or any handle, ${USERNAME_LENGTH.min} to ${USERNAME_LENGTH.max} characters without white space or colon. Shown as typed; unique without regard to case and Unicode form.`,
        example: EXAMPLE.username,
      }),
    password: newPassword,
  })
  .openapi('NewCredentials', { example: EXAMPLE });

/** What somebody who signs in sends: any text, because whatever cannot be a name is an unknown one. */
export const credentials = z
  .object({
    username: z.string().openapi({ example: EXAMPLE.username }),
    password: z.string().openapi({ format: 'password', example: EXAMPLE.password }),
  })
  .openapi('Credentials', { example: EXAMPLE });

export const passwordProof = z
  .object({ password: z.string().openapi({ format: 'password', example: EXAMPLE.password }) })
  .openapi('PasswordProof', { example: { password: EXAMPLE.password } });

export const passwordChange = z
  .object({
    current_password: z.string().openapi({ format: 'password', example: EXAMPLE.password }),
    new_password: newPassword.openapi({ example: 'another horse, another staple' }),
  })
  .openapi('PasswordChange', {
    example: { current_password: EXAMPLE.password, new_password: 'another horse, another staple' },
  });

export const refreshProof = z
  .object({ refresh_token: z.string().max(512).openapi({ example: REFRESH_TOKEN }) })
  .openapi('RefreshProof', { example: { refresh_token: REFRESH_TOKEN } });

export const account = z
  .object({
    asin: idSchema('user'),
    username: z.string().openapi({ example: EXAMPLE.username }),
    date_created: z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' }),
  })
  .openapi('Account');

export const signedIn = z
  .object({
    token: z.string().openapi({
      description: 'A signed access token (JWT, RS256) with the user and scopes in its claims.',
      example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c2VyXzAxIn0.c2lnbmF0dXJl',
    }),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().positive().openapi({ description: 'Seconds', example: 600 }),
    refresh_token: z.string().openapi({
      description: 'For `POST /v1/sessions/refresh`, once: the answer holds the next one.',
      example: REFRESH_TOKEN,
    }),
    user: account,
  })
  .openapi('SignedIn');

export const signedInBody = (result: SignedIn): z.input<typeof signedIn> =>
  signedIn.parse({
    token: result.token,
    token_type: 'Bearer',
    expires_in: result.expiresInSeconds,
    refresh_token: result.refreshToken,
    user: result.user,
  });

/** Answers about one user, and tokens above all, are for nobody's cache. */
export const NO_STORE = { 'cache-control': 'no-store' } as const;
