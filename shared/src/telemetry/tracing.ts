import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { currentScope, inScope, type Scope } from './scope.ts';
import { parseTraceparent, type TraceContext } from './trace-context.ts';
import type { Origin } from './origin.ts';

/** Names, codes, ids and sizes; never a URL with a query, a header or a body (I11). */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  readonly kind?: 'server' | 'consumer' | 'producer' | 'internal';
  /** What the span follows; otherwise the current scope's. */
  readonly parent?: TraceContext | undefined;
  readonly attributes?: SpanAttributes;
  readonly startTime?: Date;
}

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
} as const;

/** Undefined while traces are off, which then costs this one look. */
let tracer: Tracer | undefined;

export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

export const isTracing = (): boolean => tracer !== undefined;

export function startSpan(name: string, options: SpanOptions = {}): Span | undefined {
  if (tracer === undefined) return undefined;
  const { kind = 'internal', attributes, startTime, parent = currentScope()?.trace } = options;
  return tracer.startSpan(
    name,
    {
      kind: KINDS[kind],
      ...(attributes === undefined ? {} : { attributes }),
      ...(startTime === undefined ? {} : { startTime }),
    },
    contextOf(parent),
  );
}

/** Where in the trace a span is, for those that follow it. */
export function placeOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}

/** Runs `work` inside a span of its own; an error is told by its class alone, since its text may hold anything. */
export async function traced<Result>(
  name: string,
  options: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const span = startSpan(name, options);
  if (span === undefined) return work();
  try {
    return await inScope({ trace: placeOf(span) }, work);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Goes on with what was begun by a request, perhaps in another process: its ids are on the log lines and spans. */
export function following<Result>(
  origin: Origin | undefined,
  more: Scope,
  work: () => Promise<Result>,
): Promise<Result> {
  const place = parseTraceparent(origin?.traceparent);
  return inScope(
    {
      ...more,
      ...(origin?.request_id === undefined ? {} : { requestId: origin.request_id }),
      ...(place === undefined ? {} : { trace: place }),
    },
    work,
  );
}

export function failSpan(span: Span, error: unknown): void {
  const { code, name } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined };
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', typeof code === 'string' ? code : (name ?? 'unknown'));
}

function contextOf(parent: TraceContext | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}
