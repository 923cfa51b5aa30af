import { describe, expect, it } from 'vitest';
import { ROUTES } from '../src/routing-table.ts';
import { send } from './client.harness.ts';
import { startGateway } from './gateway.harness.ts';
import { useServices } from './services.harness.ts';
import { jsonAnswer, startUpstream } from './upstream.harness.ts';

const { gateway, received } = useServices();

describe('routing', () => {
  it.each(ROUTES.map((route) => [route.path, route.service] as const))(
    'sends %s to %s and to nobody else',
    async (path, service) => {
      const concrete = path.replace('{proxy+}', 'some/thing-1.0').replaceAll(/\{[a-z_]+\}/g, 'some-id');
      const answer = await send(gateway(), `${concrete}?q=a%20b&x=%C3%A9`);
      expect(answer.json()).toEqual({ from: service });
      expect(received().map((request) => request.url)).toEqual([`${concrete}?q=a%20b&x=%C3%A9`]);
    },
  );

  it.each([
    '/metrics',
    '/openapi.json/',
    '/v1',
    '/v1/',
    '/v1/users/',
    '/v1/assetsx',
    '/V1/assets',
    '/v1/limits/x',
    '/.well-known',
    '/.well-known/',
    '/favicon.ico',
  ])('does not know %s', async (path) => {
    const answer = await send(gateway(), path);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'request.not_found' });
    expect(received()).toEqual([]);
  });

  it.each(['/healthz', '/readyz', '/openapi.json', '/metrics'])(
    'never asks a service for %s on behalf of a client',
    async (path) => {
      await send(gateway(), path, { method: 'POST' });
      await send(gateway(), path, { method: 'DELETE' });
      expect(received()).toEqual([]);
    },
  );

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('forwards %s as it is', async (method) => {
    await send(gateway(), '/v1/assets', { method });
    expect(received().at(-1)?.method).toBe(method);
  });

  it('forwards HEAD and answers it without a body', async () => {
    const answer = await send(gateway(), '/v1/assets', { method: 'HEAD' });
    expect(received().at(-1)?.method).toBe('HEAD');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-length']).toBe(String(JSON.stringify({ from: 'catalog' }).length));
  });

  it.each(['TRACE', 'PROPFIND', 'PURGE'])('refuses %s everywhere', async (method) => {
    for (const path of ['/v1/assets', '/', '/nothing']) {
      const answer = await send(gateway(), path, { method, headers: { 'x-secret': 'echo me' } });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
      expect(answer.text).not.toContain('echo me');
    }
    expect(received()).toEqual([]);
  });

  it('forwards a body with its length, and no length where there is no body', async () => {
    const bodies: string[] = [];
    const echo = await startUpstream((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString());
        jsonAnswer()(request, response);
      });
    });
    const other = await startGateway({ upstreams: { catalog: echo.url } });
    await send(other, '/v1/assets', { method: 'POST', body: '{"a":1}' });
    await send(other, '/v1/assets', { method: 'POST' });
    await send(other, '/v1/assets', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: '{"b":2}',
    });
    expect(bodies).toEqual(['{"a":1}', '', '{"b":2}']);
    expect(echo.received.map(({ headers }) => headers['content-length'])).toEqual(['7', '0', '7']);
    expect(echo.received.map(({ headers }) => headers['transfer-encoding'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await other.stop();
    await echo.close();
  });

  it('refuses a GET with a body', async () => {
    const answer = await send(gateway(), '/v1/assets', { headers: { 'content-length': '2' }, body: '{}' });
    expect(answer.status).toBe(400);
    expect(received()).toEqual([]);
  });
});

describe("the gateway's own resources", () => {
  it('tells at / where to look', async () => {
    const answer = await send(gateway(), '/');
    expect(answer.json()).toMatchObject({ links: { openapi: 'http://api.cairn.test/openapi.json' } });
  });

  it('answers other methods with 405 and what is allowed', async () => {
    const answer = await send(gateway(), '/openapi.json', { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect(answer.json()).toMatchObject({ code: 'request.method_not_allowed' });
  });
});
