import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * `cairn_refresh_`, user, session, what the family shares, what this token has alone. The ids find the session
 * without an index; the family's part is a secret too, so that knowing somebody's session id is not enough to
 * end it by a wrong token.
 */
const FORM =
  /^cairn_refresh_(user_[0-9a-z]{26})\.(session_[0-9a-z]{26})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

export interface RefreshToken {
  readonly userId: string;
  readonly sessionId: string;
  readonly family: string;
  readonly secret: string;
}

/** 128 bits for the family, 256 for each token. */
export const newFamily = (): string => randomBytes(16).toString('base64url');
export const newRefreshSecret = (): string => randomBytes(32).toString('base64url');

export const formatRefreshToken = ({ userId, sessionId, family, secret }: RefreshToken): string =>
  `cairn_refresh_${userId}.${sessionId}.${family}.${secret}`;

export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, userId, sessionId, family, secret] = FORM.exec(text) ?? [];
  if (userId === undefined || sessionId === undefined) return undefined;
  if (family === undefined || secret === undefined) return undefined;
  return { userId, sessionId, family, secret };
}

/** The secrets are random and long, so one fast hash keeps them as well as a slow one. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export function matchesHash(secret: string, hash: string): boolean {
  const [own, stored] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return own.length === stored.length && timingSafeEqual(own, stored);
}
