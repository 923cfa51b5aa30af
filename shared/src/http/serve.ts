import type { RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { App } from './create-app.ts';
import { problemBody, PROBLEM_MEDIA_TYPE, problemResponse } from './problem.ts';
import type { ProblemCode } from '../errors/problems.ts';
import { requestIdFrom } from './request-id.ts';
import { noteRefusal } from '../telemetry/refusal-tally.ts';
import { hasBody, unreadBodies } from './unread-body.ts';

export interface RunningServer {
  /** The port that was taken, also where 0 was asked for. */
  readonly port: number;
  /**
   * Stops accepting, lets requests under way finish, closes idle connections until none is left. For the
   * first `lingerMs` requests are still taken, and answered with `Connection: close`: a request that a client
   * has just put on a connection that looked idle is not lost.
   */
  close(lingerMs?: number): Promise<void>;
}

export async function serve(
  fetch: App['fetch'],
  options: { host: string; port: number; maxConnections?: number; ownsProcess?: boolean },
): Promise<RunningServer> {
  const listener = getRequestListener((request, env) => fetch(request, env), {
    // The adapter's own Request and Response cost a fraction of Node's; a process that is not only this server, such
    // as a test, keeps Node's.
    overrideGlobalObjects: options.ownsProcess ?? false,
    // A target or a Host that is no URL: the adapter refuses it before the app is asked.
    errorHandler: (error) =>
      problemResponse(
        error instanceof RequestError ? 'request.malformed' : 'service.internal',
        requestIdFrom(undefined),
      ),
  });
  let closing = false;
  const silent = new Set<Socket>();
  const newest = new WeakMap<Socket, ServerResponse>();
  const unread = unreadBodies(() => closing);
  const answer: RequestListener = (incoming, outgoing) => {
    if (unread.isEnding(incoming.socket)) return;
    silent.delete(incoming.socket);
    newest.set(incoming.socket, outgoing);
    if (closing) outgoing.shouldKeepAlive = false;
    if (hasBody(incoming)) unread.watch(incoming, outgoing);
    void listener(incoming, outgoing);
  };
  const server = createServer(
    {
      // A header section must arrive within 10 s, a whole request within 30 s: slow ones cost a socket each.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      // Without a Host Node answers with an empty body; the adapter refuses it, with ours.
      requireHostHeader: false,
    },
    answer,
  );
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on('drop', () => noteRefusal('service.unavailable'));
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.on('close', () => silent.delete(socket));
  });
  server.on('clientError', (error, socket: Socket) => answerParserError(error, socket, newest.get(socket)));
  // An expectation that is not understood may be ignored (RFC 9110, 10.1.1); Node would answer an empty 417.
  server.on('checkExpectation', answer);
  server.on('connect', (_, socket) => endWithProblem(socket as Socket, 'request.method_not_allowed'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(lingerMs = 0) {
      closing = true;
      if (lingerMs > 0) await delay(lingerMs);
      await closeServer(server, silent);
    },
  };
}

const PARSER_PROBLEMS: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'request.headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
};

/**
 * Node answers parser errors with an empty body; ours has the same shape as every other refusal. It comes in its
 * turn: after the answer to a whole request before it on the connection, and never into one that has begun.
 */
function answerParserError(
  error: Error & { code?: string },
  socket: Socket,
  newest: ServerResponse | undefined,
): void {
  const refuse = () => endWithProblem(socket, PARSER_PROBLEMS[error.code ?? ''] ?? 'request.malformed');
  if (error.code === 'ECONNRESET') socket.destroy();
  else if (newest === undefined || newest.writableFinished) refuse();
  else if (newest.req.complete) newest.once('close', refuse);
  else if (newest.headersSent) socket.destroy();
  else refuse();
}

function endWithProblem(socket: Socket, code: ProblemCode): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  noteRefusal(code);
  const body = problemBody(code, requestIdFrom(undefined));
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

/** `silent`: connections that never sent a request. Node does not count them as idle, and would wait for ever. */
async function closeServer(server: Server, silent: ReadonlySet<Socket>): Promise<void> {
  // One closeIdleConnections() is not enough: connections become idle while others still answer.
  const timer = setInterval(() => server.closeIdleConnections(), 50);
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeIdleConnections();
      for (const socket of silent) socket.destroy();
    });
  } finally {
    clearInterval(timer);
  }
}
