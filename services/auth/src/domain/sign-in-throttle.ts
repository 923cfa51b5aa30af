import { createHash } from 'node:crypto';
import { DomainError } from '@cairn/shared/errors/domain-error';
import { networkOf } from './network-of.ts';
import type { AttemptStore } from './ports.ts';

/** So many failures cost nothing; each one more doubles the wait, up to a quarter of an hour. */
const FREE_FAILURES = { account: 5, address: 50 } as const;
const LONGEST_WAIT_SECONDS = 900;
/** Failures are forgotten a day after the last one, and an address from which nobody signed in after this. */
const FAILURE_SECONDS = 86_400;
const KNOWN_SECONDS = 90 * 86_400;
/** Attempts on one account at once: as many as could be made before the first failure is counted. */
const AT_ONCE = 10;

export interface SignInAttempt {
  failed(): Promise<void>;
  succeeded(): Promise<void>;
  /** Neither: it ended for a reason that says nothing about the password. */
  over(): void;
}

export interface SignInThrottle {
  /** Rejects with `auth.too_many_attempts`, and when the store is away: nobody is let try uncounted. */
  begin(account: string, address: string): Promise<SignInAttempt>;
}

export interface SignInThrottleDeps {
  readonly attempts: AttemptStore;
  readonly now: () => Date;
}

/**
 * Failures count against the account and against the address. Whoever signs in from an address from which the
 * account was signed in to before has a count of their own, so that strangers who guess, from however many
 * addresses, never lock the owner out there; elsewhere the owner waits a quarter of an hour at most. Names that
 * nobody has are counted like all others.
 */
export function signInThrottle({ attempts, now }: SignInThrottleDeps): SignInThrottle {
  const running = new Map<string, number>();

  return {
    async begin(account, address) {
      const network = networkOf(address);
      const keys = {
        account: attemptsOn(account),
        address: keyOf('address', network),
        known: keyOf('known', account, network),
      };
      const already = running.get(keys.account) ?? 0;
      if (already >= AT_ONCE) throw tooMany(1);
      running.set(keys.account, already + 1);
      const over = once(() => {
        const left = (running.get(keys.account) ?? 1) - 1;
        if (left === 0) running.delete(keys.account);
        else running.set(keys.account, left);
      });

      try {
        const at = now();
        const found = await attempts.read(Object.values(keys), at);
        const isKnown = found.get(keys.known)?.known === true;
        const counted = isKnown ? keys.known : keys.account;
        const blockedUntil = Math.max(
          found.get(counted)?.blocked_until ?? 0,
          found.get(keys.address)?.blocked_until ?? 0,
        );
        if (blockedUntil > at.getTime()) throw tooMany((blockedUntil - at.getTime()) / 1_000);

        const count = async (key: string, free: number, seconds: number) => {
          const failures = await attempts.addFailure(key, until(now(), seconds));
          const wait = waitSeconds(failures - free);
          if (wait > 0) await attempts.block(key, until(now(), wait).getTime());
        };
        return {
          over,
          async failed() {
            over();
            await Promise.all([
              count(counted, FREE_FAILURES.account, isKnown ? KNOWN_SECONDS : FAILURE_SECONDS),
              count(keys.address, FREE_FAILURES.address, FAILURE_SECONDS),
            ]);
          },
          async succeeded() {
            over();
            const failures = found.get(keys.known)?.failures ?? 0;
            if (!isKnown || failures > 0) await attempts.remember(keys.known, until(now(), KNOWN_SECONDS));
          },
        };
      } catch (error) {
        over();
        throw error;
      }
    },
  };
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
export const attemptsOn = (account: string): string => keyOf('account', account);

/** Neither names nor addresses are stored, and a key has one length. */
const keyOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
