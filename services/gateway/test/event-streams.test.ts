import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ROUTES, type Route } from '../src/routing-table.ts';
import { eventually, send } from './client.harness.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream } from './upstream.harness.ts';

const PATH = '/v1/uploads/upload_1/events';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Streaming {
  readonly gateway: TestGateway;
  readonly ingest: FakeUpstream;
  /** The service's side of every stream that is open, in order. */
  readonly open: ServerResponse[];
}

/** A service whose streams the test writes to, and which answers everything else at once. */
async function aStreamingService(options: TestGatewayOptions = {}): Promise<Streaming> {
  const open: ServerResponse[] = [];
  const ingest = await startUpstream((request, response) => {
    if (request.url?.endsWith('/events') !== true) return jsonAnswer()(request, response);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    open.push(response);
  });
  const gateway = await startGateway({ ...options, upstreams: { ingest: ingest.url } });
  cleanUps.push(
    () => ingest.close(),
    // A test may have stopped it before.
    () => gateway.stop().catch(() => undefined),
  );
  return { gateway, ingest, open };
}

async function follow(gateway: TestGateway, headers: Record<string, string> = {}) {
  const request = httpRequest({ host: '127.0.0.1', port: gateway.port, path: PATH, agent: false, headers });
  request.on('error', () => undefined);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  let ending: 'ended' | 'cut' | undefined;
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  response.on('error', () => (ending = 'cut'));
  response.on('end', () => (ending = 'ended'));
  return { request, response, text: () => text, ending: () => ending };
}

const withStreamMs = (streamMs: number): Route[] =>
  ROUTES.map((route: Route) => (route.streamMs === undefined ? route : { ...route, streamMs }));

describe('a stream of events', () => {
  it('reaches the client event by event, and begins before there is any', async () => {
    const { gateway, ingest, open } = await aStreamingService();
    const client = await follow(gateway, { 'last-event-id': 'AQ', accept: 'text/event-stream' });
    expect(client.response.statusCode).toBe(200);
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'transfer-encoding': 'chunked',
    });
    expect(client.response.headers['content-encoding']).toBeUndefined();
    expect(ingest.received[0]?.headers['last-event-id']).toBe('AQ');
    for (const event of ['data: 1\n\n', 'data: 2\n\n', ': still here\n\n']) {
      const before = client.text();
      open[0]?.write(event);
      await eventually(() => expect(client.text()).toBe(before + event));
    }
    open[0]?.end();
    await eventually(() => expect(client.ending()).toBe('ended'));
  });

  it('may last longer than any other answer, and as long as its row says', async () => {
    const { gateway, open } = await aStreamingService({
      env: { STREAM_TIMEOUT_MS: '50' },
      routes: withStreamMs(400),
    });
    const startedAt = performance.now();
    const client = await follow(gateway);
    const beat = setInterval(() => open[0]?.write(': still here\n\n'), 20);
    await eventually(() => expect(client.ending()).toBe('cut'));
    clearInterval(beat);
    expect(performance.now() - startedAt).toBeGreaterThan(390);
  });

  it('ends at the service when the client goes away', async () => {
    const { gateway, ingest } = await aStreamingService();
    const client = await follow(gateway);
    client.request.destroy();
    await eventually(() => expect(ingest.received[0]?.aborted).toBe(true));
  });

  it('takes no connection from short requests, and is refused beyond its own number', async () => {
    const { gateway, open } = await aStreamingService({
      env: { UPSTREAM_CONCURRENCY: '2', UPSTREAM_QUEUE: '1', UPSTREAM_STREAMS: '5' },
    });
    const clients = await Promise.all(Array.from({ length: 5 }, () => follow(gateway)));
    expect(open).toHaveLength(5);
    expect((await send(gateway, '/v1/uploads/upload_1')).status).toBe(200);
    const refused = await send(gateway, PATH);
    expect([refused.status, refused.json()]).toMatchObject([503, { code: 'service.unavailable' }]);
    clients[0]?.request.destroy();
    await eventually(async () => expect((await follow(gateway)).response.statusCode).toBe(200));
  });

  it('that is cut by the service is not held against it, and ends as cut', async () => {
    const { gateway, open } = await aStreamingService();
    for (let i = 0; i < 12; i += 1) {
      const client = await follow(gateway);
      expect(client.response.statusCode).toBe(200);
      open[i]?.destroy();
      await eventually(() => expect(client.ending()).toBe('cut'));
    }
  });

  it('is ended at once when the gateway stops, also for a client that takes nothing', async () => {
    const { gateway, ingest, open } = await aStreamingService();
    const client = await follow(gateway);
    const stuck = await follow(gateway);
    stuck.response.pause();
    const filling = setInterval(() => open[1]?.write(Buffer.alloc(256 * 1024)), 1);
    await eventually(() => expect(open[1]?.writableNeedDrain).toBe(true));
    clearInterval(filling);
    const startedAt = performance.now();
    await gateway.stop();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(client.ending()).toBe('ended');
    expect(ingest.received.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
