import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { send } from './client.harness.ts';
import { startGateway, type TestGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream } from './upstream.harness.ts';

const GOOD = 'https://good.example';
const LOCAL = 'http://localhost:5173';
const BAD = [
  'https://evil.example',
  'null',
  'http://good.example',
  'https://good.example.evil.example',
  'https://evilgood.example',
  'https://good.example:444',
  'https://GOOD.example',
  'https://good.example/',
  'https://good.example, https://evil.example',
  '*',
];

let upstream: FakeUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(jsonAnswer({}, { 'access-control-allow-origin': '*' }));
  gateway = await startGateway({
    upstreams: { catalog: upstream.url },
    env: { CORS_ORIGINS: `${GOOD}, ${LOCAL}` },
  });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});
beforeEach(() => {
  upstream.received.length = 0;
});

const preflight = (origin: string, path = '/v1/assets', to = gateway) =>
  send(to, path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match',
    },
  });

describe('web origins', () => {
  it.each([GOOD, LOCAL])('%s is on the list: its answers can be read', async (origin) => {
    for (const path of ['/v1/assets', '/', '/nothing']) {
      const { headers } = await send(gateway, path, { headers: { origin } });
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-expose-headers']).toContain('ETag, Location, Retry-After, X-Request-Id');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers.vary).toBe('Origin');
    }
  });

  it.each([GOOD, LOCAL])('%s gets its preflight answered, and no service is asked', async (origin) => {
    const { status, headers, text } = await preflight(origin);
    expect([status, text]).toEqual([204, '']);
    expect(headers['access-control-allow-origin']).toBe(origin);
    expect(headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
    // Whatever the API reads of a request, and what a page that is traced with OpenTelemetry adds by itself.
    expect(headers['access-control-allow-headers']?.toString().split(', ')).toEqual([
      'Authorization',
      'Content-Type',
      'If-Match',
      'If-None-Match',
      'Idempotency-Key',
      'Last-Event-ID',
      'X-Request-Id',
      'traceparent',
      'tracestate',
    ]);
    expect(headers['access-control-max-age']).toBe('600');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers.vary).toBe('Origin');
    expect(upstream.received).toEqual([]);
  });

  it.each(BAD)('%s is not: its answers say nothing of it', async (origin) => {
    const { status, headers } = await send(gateway, '/v1/assets', { headers: { origin } });
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.vary).toBe('Origin');
  });

  it.each(BAD)('%s gets its preflight refused', async (origin) => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'request.origin_refused' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(upstream.received).toEqual([]);
  });

  it('are none by default', async () => {
    const closed = await startGateway({ upstreams: { catalog: upstream.url } });
    expect((await preflight(GOOD, '/v1/assets', closed)).status).toBe(403);
    const { headers } = await send(closed, '/v1/assets', { headers: { origin: GOOD } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    await closed.stop();
  });

  it('cannot preflight what does not exist', async () => {
    expect((await preflight(GOOD, '/nothing')).status).toBe(404);
  });

  it('have no say in Vary: a Vary that the client sends changes nothing', async () => {
    const { headers } = await send(gateway, '/v1/assets', { headers: { origin: GOOD, vary: 'Cookie' } });
    expect(headers.vary).toBe('Origin');
  });

  it('an OPTIONS that is no preflight goes to the service', async () => {
    await send(gateway, '/v1/assets', { method: 'OPTIONS', headers: { origin: GOOD } });
    expect(upstream.received.map(({ method }) => method)).toEqual(['OPTIONS']);
  });
});
