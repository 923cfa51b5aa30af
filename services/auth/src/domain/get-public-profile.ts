import { DomainError } from '@cairn/shared/errors/domain-error';
import type { UserRepository } from './ports.ts';

export interface PublicProfile {
  readonly asin: string;
  /** Null for a name that is, or may be, an e-mail address: who signs up with one has not published it. */
  readonly username: string | null;
  readonly date_created: string;
}

export type GetPublicProfile = (asin: string) => Promise<PublicProfile>;

/** Deleted and disabled are as unknown as never there. */
export function getPublicProfile({
  users,
}: {
  readonly users: Pick<UserRepository, 'find'>;
}): GetPublicProfile {
  return async (asin) => {
    const user = await users.find(asin);
    if (user?.status !== 'active') throw new DomainError('user.not_found');
    const { username, date_created } = user;
    return { asin, username: isAddress(username) ? null : username, date_created };
  };
}

/** Also what only looks like one: full-width and other forms of the sign fold to it. */
const isAddress = (username: string): boolean => username.normalize('NFKC').includes('@');
