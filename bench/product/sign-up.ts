import { randomBytes } from 'node:crypto';
import type { ApiClient } from '@cairn/tools/client/api-client';

/** The token of a new user. */
export async function signUp(api: ApiClient): Promise<string> {
  const username = `bench-${randomBytes(8).toString('hex')}`;
  const { token } = await api.signUp({ username, password: randomBytes(12).toString('base64url') });
  return token;
}
