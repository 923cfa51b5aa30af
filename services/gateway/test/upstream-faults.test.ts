import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { eventually, send, sendRaw } from './client.harness.ts';
import { useOneService } from './fault.harness.ts';
import { hastyRoutes } from './gateway.harness.ts';
import { jsonAnswer, startUpstream } from './upstream.harness.ts';

const { gatewayTo, service, tcpService } = useOneService();

/** A port on which nothing listens any more. */
async function addressOfNobody(): Promise<string> {
  const upstream = await startUpstream(jsonAnswer());
  await upstream.close();
  return upstream.url;
}

describe('a service that is down', () => {
  it('is told as 503 with Retry-After, for reads and writes', async () => {
    const gateway = await gatewayTo(await addressOfNobody());
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await send(gateway, '/v1/assets', { method });
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json()).toMatchObject({ code: 'service.unavailable', status: 503 });
    }
    expect(await send(gateway, '/v1/assets', { method: 'HEAD' })).toMatchObject({ status: 503, text: '' });
  });

  it('does not hurt requests to other services', async () => {
    const auth = await service(jsonAnswer());
    const gateway = await gatewayTo(await addressOfNobody(), { upstreams: { auth: auth.url } });
    const [down, up] = await Promise.all([send(gateway, '/v1/assets'), send(gateway, '/v1/users/me')]);
    expect([down.status, up.status]).toEqual([503, 200]);
  });
});

describe('a service that is slow', () => {
  it('is told as 504 when it hangs, and its request is ended', async () => {
    const hanging = await service(() => undefined);
    const gateway = await gatewayTo(hanging.url, { routes: hastyRoutes(100) });
    for (const method of ['GET', 'POST']) {
      const answer = await send(gateway, '/v1/assets', { method });
      expect(answer.status).toBe(504);
      expect(answer.json()).toMatchObject({ code: 'service.timeout' });
    }
    await eventually(() => expect(hanging.received.map(({ aborted }) => aborted)).toEqual([true, true]));
  });

  it('is told as 504 when a small answer of known length trickles in', async () => {
    const trickling = await service((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const gateway = await gatewayTo(trickling.url, { routes: hastyRoutes(150) });
    const answer = await send(gateway, '/v1/assets');
    expect(answer.status).toBe(504);
    await eventually(() => expect(trickling.received[0]?.aborted).toBe(true));
  });

  it('loses the connection to the client when a streamed answer goes on for too long', async () => {
    const endless = await service((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const gateway = await gatewayTo(endless.url, { env: { STREAM_TIMEOUT_MS: '150' } });
    await expect(send(gateway, '/v1/assets')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await eventually(() => expect(endless.received[0]?.aborted).toBe(true));
  });
});

describe('a service that breaks off', () => {
  const half = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"half":';
  const broken: Record<string, (socket: Socket) => void> = {
    'resets the connection': (socket) => socket.resetAndDestroy(),
    'closes the connection': (socket) => socket.end(),
    'answers garbage': (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
    'answers headers without an end': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: appl'),
    'answers two lengths': (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
    'answers length and chunks': (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}'),
    'answers half of a small body': (socket) => socket.end(half),
    'resets in the middle of a small body': (socket) => socket.write(half, () => socket.resetAndDestroy()),
    'switches protocols': (socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
    'answers a header section without bounds': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      socket.write(`x-long: ${'a'.repeat(100_000)}\r\n`);
    },
  };

  it.each(Object.entries(broken))('is told as 502 when it %s', async (_, answer) => {
    const upstream = await tcpService(answer);
    const gateway = await gatewayTo(upstream.url);
    const read = await send(gateway, '/v1/assets');
    const write = await send(gateway, '/v1/assets', { method: 'POST', body: '{}' });
    for (const answered of [read, write]) {
      expect(answered.status).toBe(502);
      expect(answered.json()).toMatchObject({ code: 'service.bad_gateway' });
    }
  });

  it.each(['with a length', 'in chunks'])(
    'loses the connection to the client in the middle of a large body %s: it never looks complete',
    async (kind) => {
      const head = kind === 'in chunks' ? 'transfer-encoding: chunked' : 'content-length: 10000000';
      const part = 'a'.repeat(200_000);
      const body = kind === 'in chunks' ? `${part.length.toString(16)}\r\n${part}\r\n` : part;
      const upstream = await tcpService((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${head}\r\n\r\n${body}`, () =>
          socket.resetAndDestroy(),
        );
      });
      const gateway = await gatewayTo(upstream.url);
      await expect(send(gateway, '/v1/assets')).rejects.toMatchObject({ code: 'ECONNRESET' });
    },
  );

  it.each([
    [500, 'text/html', '<h1>Oops</h1>'],
    [503, 'text/plain', 'overloaded, go away'],
    [404, 'text/html', '<h1>nginx</h1>'],
  ])('never shows a %i in %s to the client', async (status, type, body) => {
    const upstream = await service((_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    const gateway = await gatewayTo(upstream.url);
    const answer = await send(gateway, '/v1/assets');
    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain(body);
    expect(answer.json()).toMatchObject({ code: 'service.bad_gateway' });
  });
});

describe('a client that goes away', () => {
  it('takes its request to the service with it', async () => {
    const hanging = await service(() => undefined);
    const gateway = await gatewayTo(hanging.url);
    const request = httpRequest({ port: gateway.port, host: '127.0.0.1', path: '/v1/assets', agent: false });
    request.on('error', () => undefined);
    request.end();
    await eventually(() => expect(hanging.received).toHaveLength(1));
    request.destroy();
    await eventually(() => expect(hanging.received[0]?.aborted).toBe(true));
  });

  it('ends a streamed answer at its source', async () => {
    const endless = await service((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write('a'.repeat(1_000)), 5);
      response.on('close', () => clearInterval(timer));
    });
    const gateway = await gatewayTo(endless.url);
    const request = httpRequest({ port: gateway.port, host: '127.0.0.1', path: '/v1/assets', agent: false });
    request.on('error', () => undefined);
    request.end();
    await once(request, 'response');
    request.destroy();
    await eventually(() => expect(endless.received[0]?.aborted).toBe(true));
  });

  it('troubles no service when it leaves in the middle of a small body', async () => {
    const catalog = await service(jsonAnswer());
    const gateway = await gatewayTo(catalog.url);
    await sendRaw(gateway, 'POST /v1/assets HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"a', {
      end: true,
    });
    expect((await send(gateway, '/v1/assets')).status).toBe(200);
    expect(catalog.received.map(({ method }) => method)).toEqual(['GET']);
  });
});
