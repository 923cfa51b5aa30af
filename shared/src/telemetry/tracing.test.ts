import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { originNow, originSchema } from './origin.ts';
import { currentScope, inScope } from './scope.ts';
import { formatTraceparent } from './trace-context.ts';
import { following, traced, useTracer } from './tracing.ts';

const PLACE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
const ORIGIN = { request_id: 'request-1', traceparent: formatTraceparent(PLACE) };

function withTraces() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  useTracer(provider.getTracer('test'));
  return () => exporter.getFinishedSpans();
}

afterEach(() => useTracer(undefined));

describe('while traces are off', () => {
  it('work is done without a span, and the place of a client is passed on as it came', async () => {
    const seen = await following(ORIGIN, {}, () => traced('work', {}, async () => originNow()));
    expect(seen).toEqual(ORIGIN);
  });

  it('nothing outside of a request has an origin', () => {
    expect(originNow()).toBeUndefined();
    expect(inScope({ queue: 'downloads' }, originNow)).toBeUndefined();
  });
});

describe('while traces are on', () => {
  it('spans of another process follow the origin, and those inside follow each other', async () => {
    const spans = withTraces();
    const stored = await following(ORIGIN, {}, () =>
      traced('outer', {}, () => traced('inner', {}, async () => originNow())),
    );
    const [inner, outer] = spans();
    expect(outer?.parentSpanContext?.spanId).toBe(PLACE.spanId);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.spanContext().traceId).toBe(PLACE.traceId);
    expect(stored).toEqual({
      request_id: 'request-1',
      traceparent: `00-${PLACE.traceId}-${inner?.spanContext().spanId}-01`,
    });
  });

  it('I11: a failure is told by its class, and never by its text', async () => {
    const spans = withTraces();
    const failing = traced('work', {}, () =>
      Promise.reject(new RangeError('https://a/?X-Amz-Signature=secret')),
    );
    await expect(failing).rejects.toThrow(RangeError);
    const [span] = spans();
    expect(span?.attributes).toEqual({ 'error.type': 'RangeError' });
    expect(JSON.stringify([span?.status, span?.events])).not.toContain('secret');
  });

  it('two that run at once do not see each other', async () => {
    withTraces();
    const ids = ['one', 'two'].map((requestId) =>
      inScope({ requestId }, () =>
        traced('work', {}, async () => {
          await new Promise(setImmediate);
          return currentScope()?.requestId;
        }),
      ),
    );
    expect(await Promise.all(ids)).toEqual(['one', 'two']);
  });
});

it.each([
  ['no object', 'x'],
  ['an id that is none', { request_id: 7 }],
  ['a place that is too long', { traceparent: 'a'.repeat(65) }],
])('an origin that is %s counts as none', (_what, origin) => {
  expect(originSchema.parse(origin)).toBeUndefined();
});

it('a log line has the ids of what it was written for, and its own over them', () => {
  const lines: string[] = [];
  const logger = createLogger('test', {
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  inScope({ requestId: 'request-1', userId: 'user-1', trace: PLACE, queue: 'q', messageId: 'm' }, () => {
    logger.info('inside');
    logger.info({ request_id: 'other' }, 'inside');
  });
  logger.info('outside');
  const told = lines.map((line) => {
    const {
      level: _level,
      time: _time,
      service: _service,
      ...rest
    } = JSON.parse(line) as Record<string, unknown>;
    return rest;
  });
  const ids = { user_id: 'user-1', trace_id: PLACE.traceId, queue: 'q', message_id: 'm' };
  expect(told).toEqual([
    { ...ids, request_id: 'request-1', msg: 'inside' },
    { ...ids, request_id: 'other', msg: 'inside' },
    { msg: 'outside' },
  ]);
});
