import type { Context } from 'hono';
import type { AppEnv } from '@cairn/shared/http/create-app';
import { networkOf } from '../domain/network-of.ts';
import type { SignedIn } from '../domain/open-session.ts';
import type { SignIn } from '../domain/sign-in.ts';
import { attemptsOn } from '../domain/sign-in-throttle.ts';
import { parseUsername } from '../domain/username.ts';

const TAG_LENGTH = 12;

/**
 * Signs in, and lets the log line say who tried from where. Whoever failed is not named, because people type
 * passwords into the wrong field: attempts on one account have one tag, which the table of attempts begins with too.
 */
export async function tellSignIn(
  c: Context<AppEnv>,
  signIn: SignIn,
  attempt: Parameters<SignIn>[0] & { readonly address: string },
): Promise<SignedIn> {
  const parsed = parseUsername(attempt.username);
  const name = parsed.ok ? parsed.username.folded : attempt.username;
  const account = attemptsOn({ name }).slice(0, TAG_LENGTH);
  const where = { account, network: networkOf(attempt.address) };
  c.set('told', where);
  const result = await signIn(attempt);
  c.set('told', { ...where, user_id: result.user.asin });
  return result;
}

export function tellUser(c: Context<AppEnv>, { user }: SignedIn): void {
  c.set('told', { user_id: user.asin });
}
