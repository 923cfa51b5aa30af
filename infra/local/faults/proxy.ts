import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { LOOPBACK, loopbackUrl } from '../loopback.ts';
import { answerOf, buffered, readAll, type Answer, type BufferedAnswer } from './answer.ts';
import { describeCall, type AwsService, type Call } from './call.ts';
import { errorAnswer, nonsenseAnswer, type Failure } from './error-answers.ts';
import { forward, type Outgoing } from './forward.ts';
import type { RuleSet } from './rule-set.ts';
import type { CallFault, CallRule } from './rules.ts';
import { trickle } from './trickle.ts';

export interface SeenCall extends Call {
  /** What was done to it; absent: nothing. */
  fault?: CallFault['kind'];
  /** Of the service's own answer; absent while there is none, and when it was not passed on. */
  status?: number;
}

/** What a proxy does beside the rules; only for services whose bodies fit in memory. */
export interface Interceptor {
  /** Another address for this call. */
  route?(call: Call): Promise<string | undefined>;
  /** What to pass on instead of the body. */
  rewrite?(call: Call): Buffer | undefined;
  /** Sees every answer before the client does, and may change it. */
  answer?(call: Call, answer: BufferedAnswer): Promise<BufferedAnswer>;
}

export interface FaultProxyOptions {
  readonly service: AwsService;
  readonly upstream: string;
  readonly rules: RuleSet<CallRule, Call>;
  readonly seen: SeenCall[];
  readonly interceptor?: Interceptor;
}

export interface FaultProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands before one AWS endpoint and does to its calls what the rules say. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const closing = new AbortController();
  // Lets go of an idle connection long before the other side does: a call that met a closed one would look like
  // a fault that nobody asked for. What streams has a connection of its own.
  const agent = options.service === 's3' ? false : new Agent({ keepAlive: true, timeout: 1_000 });
  // An idle client must not meet a connection that is just closed, either: no rule has asked for that.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    // Whatever goes wrong on the way, the client sees what it would see of a broken network.
    handle({ ...options, agent }, request, response, signal).catch(() => response.socket?.resetAndDestroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  return {
    url: loopbackUrl((server.address() as AddressInfo).port),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      if (agent !== false) agent.destroy();
    },
  };
}

type Proxying = FaultProxyOptions & { readonly agent: Agent | false };

async function handle(
  options: Proxying,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method = 'GET', url = '/', headers, rawHeaders } = request;
  const body = options.service === 's3' ? request : await readAll(request);
  const inMemory = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const call: SeenCall = describeCall(options.service, { method, url, headers, body: inMemory });
  const active = options.rules.hit(call);
  const fault = active?.rule.fault;
  if (fault !== undefined) call.fault = fault.kind;
  options.seen.push(call);
  const reset = () => void request.socket.resetAndDestroy();
  const passOn = async (): Promise<Answer> => {
    const answer = await exchange(options, call, { method, url, rawHeaders, body }, signal);
    call.status = answer.status;
    return answer;
  };
  const tell = async (answer: BufferedAnswer) => {
    request.resume();
    await send(response, answer);
  };
  const fail = (failure: Failure) => tell(errorAnswer(options.service, failure));

  switch (fault?.kind) {
    case undefined:
      return send(response, await passOn());
    case 'refuse':
      return reset();
    case 'throttle':
    case 'deny':
      return fail(fault.kind);
    case 'nonsense':
      return tell(nonsenseAnswer);
    case 'internal-error':
      if (fault.committed) await drain(await passOn());
      return fail('internal-error');
    case 'lose-answer':
      await drain(await passOn());
      return reset();
    case 'delay':
      await wait(fault.ms, undefined, { signal });
      return send(response, await passOn());
    case 'slow': {
      const answer = await passOn();
      response.writeHead(answer.status, answer.headers);
      const source = Buffer.isBuffer(answer.body) ? Readable.from([answer.body]) : answer.body;
      return trickle(source, response, fault.bytesPerSecond, signal);
    }
    case 'blackhole':
      await untilAborted(AbortSignal.any([signal, ...(active === undefined ? [] : [active.released])]));
      return reset();
  }
}

async function exchange(
  { service, interceptor, upstream, agent }: Proxying,
  call: Call,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Answer> {
  if (service === 's3') return answerOf(await forward(upstream, outgoing, signal, agent));
  const to = (await interceptor?.route?.(call)) ?? upstream;
  const body = interceptor?.rewrite?.(call) ?? outgoing.body;
  const answer = await buffered(answerOf(await forward(to, { ...outgoing, body }, signal, agent)));
  return (await interceptor?.answer?.(call, answer)) ?? answer;
}

async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(body);
  } else {
    response.writeHead(status, headers);
    await pipeline(body, response);
  }
}

async function drain({ body }: Answer): Promise<void> {
  if (Buffer.isBuffer(body)) return;
  for await (const _ of body);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
