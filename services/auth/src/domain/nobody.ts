import { randomBytes } from 'node:crypto';
import type { PasswordHasher, UserRepository } from './ports.ts';

/** No asin, so that no request leads to it. */
export const NOBODY = 'nobody';

/**
 * Keeps an item in the table that is read where a name is nobody's: to find nothing takes less time than to find a
 * user, by as much as the database, the client and the parser need for one. No name is claimed for it.
 */
export async function keepNobody(deps: {
  readonly users: Pick<UserRepository, 'find' | 'create'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly now: () => Date;
}): Promise<void> {
  if ((await deps.users.find(NOBODY)) !== undefined) return;
  await deps.users.create({
    asin: NOBODY,
    status: 'active',
    username: 'not a username',
    password: await deps.hasher.hash(randomBytes(32).toString('base64')),
    date_created: deps.now().toISOString(),
    revision: 1,
  });
}
