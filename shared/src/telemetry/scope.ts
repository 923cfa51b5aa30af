import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './trace-context.ts';

/** What is being done for whom, for the lines that are logged and the spans that are made meanwhile. */
export interface Scope {
  readonly requestId?: string | undefined;
  /** Known once a token has been verified. */
  userId?: string | undefined;
  readonly trace?: TraceContext | undefined;
  readonly queue?: string;
  readonly messageId?: string;
}

const scopes = new AsyncLocalStorage<Scope>();

export const currentScope = (): Scope | undefined => scopes.getStore();

/** Runs `work` in a scope that has what the current one has, and `more`. */
export function inScope<Result>(more: Scope, work: () => Result): Result {
  const outer = scopes.getStore();
  return scopes.run(outer === undefined ? more : { ...outer, ...more }, work);
}

/** The fields of a log line that is written now; a new object each time, which the caller may change. */
export function scopeFields(): Record<string, string> {
  const scope = scopes.getStore();
  if (scope === undefined) return {};
  const { requestId, userId, trace, queue, messageId } = scope;
  return {
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(userId === undefined ? {} : { user_id: userId }),
    ...(trace === undefined ? {} : { trace_id: trace.traceId }),
    ...(queue === undefined ? {} : { queue }),
    ...(messageId === undefined ? {} : { message_id: messageId }),
  };
}
