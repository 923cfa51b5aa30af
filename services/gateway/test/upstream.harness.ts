import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  /** Whether the connection went away before the answer was complete. */
  aborted: boolean;
}

export interface FakeUpstream {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  close(): Promise<void>;
}

/** A service for tests, in node:http. */
export async function startUpstream(answer: RequestListener): Promise<FakeUpstream> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers, rawHeaders } = request;
    const entry: Received = { method, url, headers, rawHeaders, aborted: false };
    received.push(entry);
    response.on('close', () => {
      if (!response.writableFinished) entry.aborted = true;
    });
    request.on('error', () => undefined);
    answer(request, response);
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    received,
    async close() {
      server.closeAllConnections();
      await stop(server);
    },
  };
}

export interface TcpUpstream {
  readonly url: string;
  /** How many connections sent a request. */
  requests(): number;
  close(): Promise<void>;
}

/** A service that answers with bytes, right or wrong: `answer` is called once a request has begun to arrive. */
export async function startTcpUpstream(answer: (socket: Socket) => void): Promise<TcpUpstream> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => {
      requests += 1;
      answer(socket);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await stop(server);
    },
  };
}

export const jsonAnswer =
  (body: unknown = { ok: true }, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    const text = JSON.stringify(body);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      ...headers,
    });
    response.end(text);
  };

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
