import type { Readable } from 'node:stream';
import type { RateLimitClass } from '../routing-table.ts';

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, exactly as they were matched. */
  readonly path: string;
  /** Name, value, name, value... */
  readonly headers: readonly string[];
  readonly body: Buffer | Readable | null;
  /** It may take half of the queue only: under overload there is room for the others. */
  readonly isShedFirst?: boolean;
}

/**
 * Why there is no answer, or none to the end. `busy`: the queue for the upstream is full; `open`: the circuit
 * is; `refused`: no connection; `broken`: reset, garbage or half an answer; `invalid`: the request cannot be
 * expressed.
 */
export type UpstreamFailure = 'busy' | 'open' | 'refused' | 'broken' | 'invalid';

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Takes an answer as it arrives: `begin`, any number of `data`, then `end`; or `fail` at any point. */
export interface AnswerSink {
  begin(status: number, headers: AnswerHeaders): void;
  /** False: no more until `resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(failure: UpstreamFailure): void;
}

export interface UpstreamCall {
  resume(): void;
  /** Gives up; the sink hears no more. `failed` holds it against the upstream, `neutral` does not. */
  abort(verdict: 'failed' | 'neutral'): void;
}

export interface Upstream {
  send(request: UpstreamRequest, sink: AnswerSink): UpstreamCall;
  close(): Promise<void>;
}

export interface RateLimitVerdict {
  readonly allowed: boolean;
  /** How many requests the class allows in each window of so many seconds. */
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Counts one request; undefined when the class has no limit. */
export type RateLimiter = (limit: RateLimitClass, key: string) => Promise<RateLimitVerdict | undefined>;
