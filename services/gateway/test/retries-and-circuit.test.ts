import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, send } from './client.harness.ts';
import { useOneService } from './fault.harness.ts';

const { gatewayTo, service, tcpService } = useOneService();

describe('retries', () => {
  /** Resets the first `failures` requests, then answers. */
  function flaky(failures: number) {
    let seen = 0;
    return tcpService((socket) => {
      seen += 1;
      if (seen <= failures) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
    });
  }

  it.each(['GET', 'HEAD'])(
    '%s is tried once more when the connection was lost before an answer',
    async (method) => {
      const upstream = await flaky(1);
      const gateway = await gatewayTo(upstream.url);
      expect((await send(gateway, '/v1/assets', { method })).status).toBe(200);
      expect(upstream.requests()).toBe(2);
    },
  );

  it('stops after the second try', async () => {
    const upstream = await flaky(3);
    const gateway = await gatewayTo(upstream.url);
    expect((await send(gateway, '/v1/assets')).status).toBe(502);
    expect(upstream.requests()).toBe(2);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is never tried again', async (method) => {
    const upstream = await flaky(1);
    const gateway = await gatewayTo(upstream.url);
    expect((await send(gateway, '/v1/assets', { method })).status).toBe(502);
    expect(upstream.requests()).toBe(1);
  });

  it('does not try again once a byte of the answer has come', async () => {
    const upstream = await tcpService((socket) => socket.end('HTTP/1.1 200 OK\r\nx'));
    const gateway = await gatewayTo(upstream.url);
    await send(gateway, '/v1/assets');
    expect(upstream.requests()).toBe(1);
  });

  it('a service that always fails sees at most a tenth more requests than the clients made', async () => {
    const upstream = await tcpService((socket) => socket.resetAndDestroy());
    const gateway = await gatewayTo(upstream.url);
    const requests = 300;
    for (let i = 0; i < requests; i += 30) {
      await Promise.all(Array.from({ length: 30 }, () => send(gateway, '/v1/assets')));
    }
    expect(upstream.requests()).toBeLessThanOrEqual(requests * 1.1);
  });
});

describe('the circuit of a service', () => {
  it('opens after failures in a row, spares the service, and closes once it answers again', async () => {
    let healthy = false;
    const upstream = await tcpService((socket) => {
      if (healthy)
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
      else socket.resetAndDestroy();
    });
    const gateway = await gatewayTo(upstream.url);
    const write = () => send(gateway, '/v1/assets', { method: 'POST' });
    for (let i = 0; i < 5; i += 1) expect((await write()).status).toBe(502);
    const seen = upstream.requests();
    const refused = await Promise.all(Array.from({ length: 20 }, write));
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refused[0]?.headers['retry-after']).toBeDefined();
    expect(upstream.requests()).toBe(seen);

    healthy = true;
    await eventually(async () => expect((await write()).status).toBe(200));
    const after = await Promise.all(Array.from({ length: 20 }, write));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is not opened by problems that the service answers itself, nor by clients that leave', async () => {
    const upstream = await service((request, response) => {
      if (request.url === '/v1/assets/hang') return;
      response.writeHead(500, { 'content-type': 'application/problem+json' }).end('{"status":500}');
    });
    const gateway = await gatewayTo(upstream.url);
    for (let i = 0; i < 10; i += 1) expect((await send(gateway, '/v1/assets')).status).toBe(500);
    for (let i = 0; i < 10; i += 1) {
      const request = httpRequest({
        port: gateway.port,
        host: '127.0.0.1',
        path: '/v1/assets/hang',
        agent: false,
      });
      request.on('error', () => undefined);
      request.end();
      await eventually(() => expect(upstream.received).toHaveLength(11 + i));
      request.destroy();
    }
    expect((await send(gateway, '/v1/assets')).status).toBe(500);
  });
});
