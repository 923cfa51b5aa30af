import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '../domain/ports.ts';
import { RATE_LIMIT_CLASSES, type RateLimitClass } from '../routing-table.ts';

export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** Fixed windows in this process's memory; a class without a limit is not counted. */
export function memoryRateLimiter(
  limits: Readonly<Record<RateLimitClass, RateLimit | undefined>>,
): RateLimiter {
  const limiters = new Map<RateLimitClass, RateLimiterMemory>();
  for (const name of RATE_LIMIT_CLASSES) {
    const limit = limits[name];
    if (limit === undefined) continue;
    limiters.set(
      name,
      new RateLimiterMemory({ points: limit.requests, duration: limit.windowSeconds, keyPrefix: '' }),
    );
  }

  return async (name, key) => {
    const limiter = limiters.get(name);
    if (limiter === undefined) return undefined;
    const { allowed, state } = await limiter.consume(key).then(
      (granted) => ({ allowed: true, state: granted }),
      (refused: unknown) => {
        if (refused instanceof RateLimiterRes) return { allowed: false, state: refused };
        throw refused;
      },
    );
    return {
      allowed,
      quota: limiter.points,
      windowSeconds: limiter.duration,
      remaining: state.remainingPoints,
      resetSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)),
    };
  };
}
