import { randomBytes } from 'node:crypto';
import type { ApiClient, Credentials } from '@cairn/tools/client/api-client';

export const credentials = (): Credentials => ({
  username: `bench-${randomBytes(8).toString('hex')}`,
  password: randomBytes(12).toString('base64url'),
});

export async function aUser(api: ApiClient): Promise<Credentials> {
  const user = credentials();
  await api.signUp(user);
  return user;
}

/** Each client signs in as a user of its own: attempts on one account at once are bounded. */
export async function signingIn(api: ApiClient, clients: number) {
  const users: Credentials[] = [];
  while (users.length < clients) users.push(await aUser(api));
  const headers = users.map(({ username, password }) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  }));
  return { clients, headersOf: (client: number) => headers[client % clients] ?? {} };
}
