import type { Call } from './call.ts';
import type { Frequency } from './rule-set.ts';

/** Which calls a rule is about: everything that is named must fit. */
export interface Match extends Frequency {
  readonly operation?: string | readonly string[];
  readonly table?: string;
  readonly index?: string;
  readonly queue?: string;
  readonly topic?: string;
  readonly bucket?: string;
  readonly key?: string | RegExp;
  readonly where?: (call: Call) => boolean;
}

export type CallFault =
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'throttle' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'nonsense' }
  | { readonly kind: 'internal-error'; readonly committed: boolean }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'blackhole' };

export interface CallRule extends Match {
  readonly fault: CallFault;
}

/** The call is done and its answer is lost: the connection breaks instead. */
export const loseAnswer = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'lose-answer' } });

/** The connection is reset before the call is passed on: nothing is done. */
export const refuse = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'refuse' } });

/** The service's own "too many requests"; nothing is done. */
export const throttle = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'throttle' } });

/** The service's own "you may not"; nothing is done. */
export const deny = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'deny' } });

/** 200 with a body that is not the service's, as of a proxy between; nothing is done. */
export const nonsense = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'nonsense' } });

/** The service's own 500; with `committed` the call is done all the same. */
export const internalError = ({
  committed = false,
  ...match
}: Match & { committed?: boolean } = {}): CallRule => ({
  ...match,
  fault: { kind: 'internal-error', committed },
});

/** The call is passed on after `ms`. */
export const delay = ({ ms, ...match }: Match & { ms: number }): CallRule => ({
  ...match,
  fault: { kind: 'delay', ms },
});

/** The answer trickles at `bytesPerSecond`. */
export const slow = ({ bytesPerSecond, ...match }: Match & { bytesPerSecond: number }): CallRule => ({
  ...match,
  fault: { kind: 'slow', bytesPerSecond },
});

/** The call is taken and never answered, nor passed on, until the rule is released or the client gives up. */
export const blackhole = (match: Match = {}): CallRule => ({ ...match, fault: { kind: 'blackhole' } });

export function fits(match: Match, call: Call): boolean {
  const operations = match.operation === undefined ? undefined : [match.operation].flat();
  if (operations !== undefined && !operations.includes(call.operation)) return false;
  const names = ['table', 'index', 'queue', 'topic', 'bucket'] as const;
  if (names.some((name) => match[name] !== undefined && match[name] !== call[name])) return false;
  if (match.key instanceof RegExp ? !match.key.test(call.key ?? '') : (match.key ?? call.key) !== call.key) {
    return false;
  }
  return match.where?.(call) ?? true;
}
