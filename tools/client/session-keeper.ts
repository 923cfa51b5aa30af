import type { SignedIn } from './wire.ts';

/** Before its end, so that no request meets it on the way. */
const EARLY_MS = 60_000;

interface Kept {
  current: SignedIn;
  expiresAt: number;
  refreshing?: Promise<void>;
}

export interface SessionKeeper {
  keep(signedIn: SignedIn): SignedIn;
  /** The token that is good now in the session that this one was given out for; others pass as they are. */
  current(token: string | undefined): Promise<string | undefined>;
}

/** Callers hold the first access token of a session for as long as they like; behind it the newest is used. */
export function sessionKeeper(
  refresh: (refreshToken: string) => Promise<SignedIn>,
  now: () => number = Date.now,
): SessionKeeper {
  const sessions = new Map<string, Kept>();
  const endOf = ({ expires_in }: SignedIn) => now() + expires_in * 1_000;

  async function renew(kept: Kept): Promise<void> {
    kept.current = await refresh(kept.current.refresh_token);
    kept.expiresAt = endOf(kept.current);
  }

  return {
    keep(signedIn) {
      sessions.set(signedIn.token, { current: signedIn, expiresAt: endOf(signedIn) });
      return signedIn;
    },
    async current(token) {
      const kept = token === undefined ? undefined : sessions.get(token);
      if (kept === undefined) return token;
      if (now() > kept.expiresAt - EARLY_MS) {
        // A refresh token is good once: all who need a new access token wait for the same call.
        kept.refreshing ??= renew(kept).finally(() => delete kept.refreshing);
        await kept.refreshing;
      }
      return kept.current.token;
    },
  };
}
