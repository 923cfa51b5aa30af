import { Readable } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import type { CircuitBreaker } from '../domain/circuit-breaker.ts';
import type {
  AnswerSink,
  Upstream,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
} from '../domain/ports.ts';
import type { RetryBudget } from '../domain/retry-budget.ts';

export interface UndiciUpstreamOptions {
  /** Scheme, host and port. Nothing else is ever connected to; redirects are answers like any other. */
  origin: string;
  /** Requests under way at once, each on a connection of its own. */
  concurrency: number;
  /** Requests that wait for one of them; more are refused at once. */
  queue: number;
  connectTimeoutMs: number;
  breaker: CircuitBreaker;
  /** Answers go on for minutes: that one has begun says that the service is well, not that it has ended. */
  streams?: boolean;
  retryBudget: RetryBudget;
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);
const LOST_CONNECTION = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const REPEATABLE = new Set(['GET', 'HEAD']);
const ABORTED = new Error('the gateway gave up this request');

export function undiciUpstream(options: UndiciUpstreamOptions): Upstream {
  const { breaker, retryBudget } = options;
  // No timeouts of undici's own: whoever calls `send` has the deadline, over queue, connection and answer.
  const pool = new Pool(options.origin, {
    connections: options.concurrency,
    pipelining: 1,
    allowH2: false,
    connectTimeout: options.connectTimeoutMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 32_768,
  });
  let underWay = 0;

  function send(request: UpstreamRequest, sink: AnswerSink): UpstreamCall {
    const queue = request.isShedFirst === true ? Math.floor(options.queue / 2) : options.queue;
    if (underWay >= options.concurrency + queue) return refuse(sink, 'busy');
    if (!breaker.tryPass()) return refuse(sink, 'open');
    underWay += 1;
    retryBudget.request();

    let controller: Dispatcher.DispatchController | undefined;
    let done = false;
    let heard = false;
    let retried = false;
    let judged = false;

    function settle(verdict: 'succeeded' | 'failed' | 'abandoned'): void {
      done = true;
      underWay -= 1;
      if (!judged) breaker[verdict]();
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(current) {
        controller = current;
        if (done) current.abort(ABORTED);
      },
      onResponseStarted() {
        heard = true;
      },
      onResponseStart(_, status, headers) {
        if (done || status < 200) return;
        if (options.streams === true) {
          judged = true;
          breaker.succeeded();
        }
        sink.begin(status, headers);
      },
      onResponseData(current, chunk) {
        if (!done && !sink.data(chunk)) current.pause();
      },
      onResponseEnd() {
        if (done) return;
        settle('succeeded');
        sink.end();
      },
      onResponseError(_, error) {
        if (done) return;
        if (!heard && !retried && isRepeatable(request, error) && retryBudget.take()) {
          retried = true;
          setImmediate(dispatch);
          return;
        }
        const failure = failureOf(error);
        settle(failure === 'invalid' ? 'abandoned' : 'failed');
        sink.fail(failure);
      },
    };

    function dispatch(): void {
      if (done) return;
      pool.dispatch(
        {
          method: request.method,
          path: request.path,
          headers: request.headers as string[],
          body: request.body,
          // An early answer may leave a part of the body on the connection, in front of the next request.
          ...(request.body instanceof Readable ? { reset: true } : {}),
        },
        handler,
      );
    }

    dispatch();
    return {
      resume: () => controller?.resume(),
      abort(verdict) {
        if (done) return;
        settle(verdict === 'failed' ? 'failed' : 'abandoned');
        controller?.abort(ABORTED);
      },
    };
  }

  return { send, close: () => pool.close() };
}

function refuse(sink: AnswerSink, failure: UpstreamFailure): UpstreamCall {
  sink.fail(failure);
  return { resume: () => undefined, abort: () => undefined };
}

function isRepeatable(request: UpstreamRequest, error: Error): boolean {
  return REPEATABLE.has(request.method) && LOST_CONNECTION.has(codeOf(error));
}

function failureOf(error: Error): UpstreamFailure {
  const code = codeOf(error);
  if (NO_CONNECTION.has(code)) return 'refused';
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') return 'invalid';
  return 'broken';
}

function codeOf(error: Error): string {
  const { code } = error as Error & { code?: unknown };
  return typeof code === 'string' ? code : '';
}
