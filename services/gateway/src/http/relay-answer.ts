import type {
  AnswerHeaders,
  AnswerSink,
  Upstream,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
} from '../domain/ports.ts';
import type { Route } from '../routing-table.ts';
import { endToEndHeaders } from './answer-headers.ts';
import type { BodyEnd } from './client-body.ts';
import { answerProblem, type Exchange } from './exchange.ts';
import type { OpenStreams } from './open-streams.ts';

/** An answer of known length up to this is sent when it is complete: if it breaks off, a problem can still be told. */
const HELD_BYTES = 65_536;
/** How long a client may take for what is on its way when its stream is ended. */
const CUT_MS = 1_000;
const JSON_MEDIA_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

export interface RelayOptions {
  /** How long an answer that is streamed may take altogether. */
  streamMs: number;
  /** For an answer that goes on until something happens: where it is listed while it does. */
  openStreams: OpenStreams | undefined;
}

/** Sends the request to the service, and what it answers to the client, chunk by chunk in the client's pace. */
export function relayAnswer(
  exchange: Exchange,
  route: Route,
  upstream: Upstream,
  request: UpstreamRequest,
  options: RelayOptions & { bodyComplete: Promise<BodyEnd> | undefined },
): void {
  const { incoming, outgoing } = exchange;
  if (outgoing.destroyed) return;
  let over = false;
  let status = 0;
  let head: string[] = [];
  let held: Buffer[] | undefined;

  let deadline: NodeJS.Timeout | undefined;
  function arm(ms: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => giveUp('service.timeout', 'failed', 'timeout'), ms);
  }

  function finish(): void {
    over = true;
    options.openStreams?.remove(endStream);
    clearTimeout(deadline);
  }

  /** The client comes back and goes on, so that this is an end and no failure. */
  function endStream(): void {
    finish();
    exchange.failure = 'stopping';
    call.abort('neutral');
    outgoing.end();
    // Whoever takes nothing must not keep the process.
    const cut = setTimeout(() => outgoing.destroy(), CUT_MS);
    outgoing.once('close', () => clearTimeout(cut));
  }

  function giveUp(
    code: 'service.timeout' | 'service.bad_gateway' | 'request.too_large' | 'request.timeout',
    verdict: 'failed' | 'neutral',
    failure: string,
  ): void {
    if (over) return;
    finish();
    exchange.failure = failure;
    call.abort(verdict);
    answerProblem(exchange, code);
  }

  const sink: AnswerSink = {
    begin(answered, headers) {
      if (answered >= 400 && incoming.method !== 'HEAD' && !isJson(headers)) {
        giveUp('service.bad_gateway', answered >= 500 ? 'failed' : 'neutral', 'not_json');
        return;
      }
      status = answered;
      head = [
        ...exchange.baseHeaders,
        ...endToEndHeaders(headers),
        ...cacheHeaders(exchange, route, status, headers),
      ];
      if (Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= HELD_BYTES) {
        held = [];
      } else {
        arm(options.streamMs);
        outgoing.writeHead(status, head);
        outgoing.on('drain', () => call.resume());
        if (options.openStreams !== undefined) {
          // What comes first may come late; the client must know by now that it is connected.
          outgoing.flushHeaders();
          options.openStreams.add(endStream);
        }
      }
    },
    data(chunk) {
      if (held === undefined) return outgoing.write(chunk);
      held.push(chunk);
      return true;
    },
    end() {
      finish();
      if (held === undefined) {
        outgoing.end();
        return;
      }
      outgoing.writeHead(status, head);
      // As text, head and body leave in one write; as bytes in two.
      outgoing.end(held.map((chunk) => chunk.toString('latin1')).join(''), 'latin1');
    },
    fail(failure) {
      finish();
      exchange.failure = failure;
      answerFailure(exchange, failure);
    },
  };

  outgoing.on('close', () => {
    if (over) return;
    finish();
    exchange.failure = 'client_gone';
    call.abort('neutral');
  });
  if (options.bodyComplete === undefined) {
    arm(route.timeoutMs);
  } else {
    void options.bodyComplete.then((end) => {
      if (over || outgoing.headersSent) return;
      if (end === 'too_large') giveUp('request.too_large', 'neutral', end);
      else if (end === 'timeout') giveUp('request.timeout', 'neutral', end);
      else arm(route.timeoutMs);
    });
  }
  // The sink's `fail` may be called before this returns; it must not need `call`.
  const call: UpstreamCall = upstream.send(request, sink);
}

function answerFailure(exchange: Exchange, failure: UpstreamFailure): void {
  switch (failure) {
    case 'busy':
      answerProblem(exchange, 'service.unavailable', { detail: 'Too many requests at once.' }, [
        'retry-after',
        '1',
      ]);
      return;
    case 'open':
    case 'refused':
      answerProblem(exchange, 'service.unavailable', {}, ['retry-after', '2']);
      return;
    case 'invalid':
      answerProblem(exchange, 'request.malformed');
      return;
    case 'broken':
      answerProblem(exchange, 'service.bad_gateway');
  }
}

function isJson(headers: AnswerHeaders): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && JSON_MEDIA_TYPE.test(type);
}

function cacheHeaders(
  exchange: Exchange,
  route: Route,
  status: number,
  headers: AnswerHeaders,
): readonly string[] {
  const { incoming } = exchange;
  if (route.cacheSeconds === undefined || status !== 200 || incoming.method === 'OPTIONS') return [];
  if (headers['cache-control'] !== undefined || incoming.headers.authorization !== undefined) return [];
  return ['cache-control', `public, max-age=${route.cacheSeconds}`];
}
