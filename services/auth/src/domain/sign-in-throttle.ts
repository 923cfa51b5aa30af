import { createHash } from 'node:crypto';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { networkOf } from './network-of.ts';
import type { AttemptStore } from './ports.ts';

/** So many failures cost nothing; each one more doubles the wait, up to a quarter of an hour. */
const FREE_FAILURES = { account: 5, address: 50 } as const;
const LONGEST_WAIT_SECONDS = 900;
const DAY_SECONDS = 86_400;
/** Failures are forgotten so long after the last one, and an address so long after the last sign-in from it. */
const FAILURE_SECONDS = DAY_SECONDS;
const KNOWN_SECONDS = 90 * DAY_SECONDS;
/** Attempts on one account at once: as many as can be made before the first failure is counted. */
const AT_ONCE = 10;

/**
 * Whose password is tried: at the sign-in that of whoever has the name, elsewhere that of the user who is signed
 * in. They are counted apart, or else a stranger who signs in under an asin, which is a name like any other, could
 * keep its user from changing the password.
 */
export type Tried = { readonly name: string } | { readonly userId: string };

export interface SignInAttempt {
  failed(): Promise<void>;
  succeeded(): Promise<void>;
  /** Neither: it ended for a reason that says nothing about the password. */
  over(): void;
}

export interface SignInThrottle {
  /** Rejects with `auth.too_many_attempts`, and when the store is away: nobody is let try uncounted. */
  begin(tried: Tried, address: string): Promise<SignInAttempt>;
}

export interface SignInThrottleDeps {
  readonly attempts: AttemptStore;
  readonly now: () => Date;
}

/**
 * Failures count against the account and against the address. Whoever signs in from an address from which the
 * account was signed in to before has a count and places of their own, so that strangers who guess, from however
 * many addresses or from the same one at other accounts, never lock the owner out there; elsewhere the owner waits
 * a quarter of an hour at most. Names that nobody has are counted like all others.
 */
export function signInThrottle({ attempts, now }: SignInThrottleDeps): SignInThrottle {
  const places = limitedPlaces(AT_ONCE);

  const isKnown = async (key: string): Promise<boolean> => {
    const at = now();
    return ((await attempts.read([key], at)).get(key)?.known_until ?? 0) > at.getTime();
  };

  return {
    async begin(tried, address) {
      const network = networkOf(address);
      const account = attemptsOn(tried);
      const keys = { account, address: keyOf('address', network), known: keyOf('known', account, network) };
      const over =
        places.take(keys.account) ?? ((await isKnown(keys.known)) ? places.take(keys.known) : undefined);
      if (over === undefined) throw tooMany(1);
      try {
        return await admit(keys, over);
      } catch (error) {
        over();
        throw error;
      }
    },
  };

  async function admit(keys: Keys, over: () => void): Promise<SignInAttempt> {
    const at = now();
    const found = await attempts.read(Object.values(keys), at);
    const known = found.get(keys.known);
    const knownUntil = known?.known_until ?? 0;
    const counts = knownUntil > at.getTime() ? [keys.known] : [keys.account, keys.address];
    const blockedUntil = Math.max(...counts.map((key) => found.get(key)?.blocked_until ?? 0));
    if (blockedUntil > at.getTime()) throw tooMany((blockedUntil - at.getTime()) / 1_000);

    async function count(key: string, free: number, keptUntil = 0): Promise<void> {
      const failedAt = now();
      const forgetAt = until(failedAt, FAILURE_SECONDS);
      const keepUntil = new Date(Math.max(forgetAt.getTime(), keptUntil));
      const failures = await attempts.addFailure(key, { at: failedAt, forgetAt, keepUntil });
      const wait = waitSeconds(failures - free);
      if (wait > 0) await attempts.block(key, until(now(), wait).getTime());
    }
    return {
      over,
      async failed() {
        // Counted before its place is free: who comes next finds it.
        await Promise.all([
          counts[0] === keys.known
            ? count(keys.known, FREE_FAILURES.account, knownUntil)
            : count(keys.account, FREE_FAILURES.account),
          count(keys.address, FREE_FAILURES.address),
        ]).finally(over);
      },
      async succeeded() {
        over();
        const isRecent = knownUntil > until(at, KNOWN_SECONDS - DAY_SECONDS).getTime();
        if (isRecent && known?.failures === 0) return;
        await attempts.remember(keys.known, until(at, KNOWN_SECONDS));
      },
    };
  }
}

interface Keys {
  readonly account: string;
  readonly address: string;
  readonly known: string;
}

const until = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1_000);

const waitSeconds = (beyond: number) =>
  beyond < 0 ? 0 : Math.min(2 ** Math.min(beyond, 20), LONGEST_WAIT_SECONDS);

const tooMany = (seconds: number) =>
  new DomainError('auth.too_many_attempts', {
    retryable: true,
    retryAfterSeconds: Math.max(1, Math.ceil(seconds)),
  });

/** Under which the failures of an account are counted. */
export const attemptsOn = (tried: Tried): string =>
  'name' in tried ? keyOf('account', tried.name) : keyOf('user', tried.userId);

/** Neither names nor addresses are stored, and a key has one length. */
const keyOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** `take` gives back how to leave the place, which may be done twice; undefined where all are taken. */
function limitedPlaces(most: number) {
  const taken = new Map<string, number>();
  return {
    take(key: string): (() => void) | undefined {
      const already = taken.get(key) ?? 0;
      if (already >= most) return undefined;
      taken.set(key, already + 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        const left = (taken.get(key) ?? 1) - 1;
        if (left === 0) taken.delete(key);
        else taken.set(key, left);
      };
    },
  };
}
