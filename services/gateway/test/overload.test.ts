import { describe, expect, it } from 'vitest';
import { eventually, send, sendRaw, statusOf, type Answer } from './client.harness.ts';
import { useOneService } from './fault.harness.ts';
import { hastyRoutes } from './gateway.harness.ts';
import { jsonAnswer } from './upstream.harness.ts';

const { gatewayTo, service } = useOneService();

describe('more requests than a service can take', () => {
  it('queues some, refuses the rest at once with 503 and Retry-After, and serves all that it took', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await service((request, response) => {
      waiting.push(() => jsonAnswer()(request, response));
    });
    const gateway = await gatewayTo(upstream.url, {
      env: { UPSTREAM_CONCURRENCY: '4', UPSTREAM_QUEUE: '3' },
    });
    const ended: Answer[] = [];
    const answers = Array.from({ length: 12 }, async () => {
      ended.push(await send(gateway, '/v1/assets/asset_1'));
    });
    await eventually(() => expect(ended).toHaveLength(5));
    for (const { status, headers } of ended) expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(upstream.received).toHaveLength(4);

    await eventually(() => {
      for (const answer of waiting.splice(0)) answer();
      expect(ended).toHaveLength(12);
    });
    await Promise.all(answers);
    expect(ended.slice(5).map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 200));
    expect(upstream.received).toHaveLength(7);
  });

  it('refuses searches and lists first: a download still finds room', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await service((request, response) => {
      waiting.push(() => jsonAnswer()(request, response));
    });
    const gateway = await gatewayTo(upstream.url, {
      env: { UPSTREAM_CONCURRENCY: '1', UPSTREAM_QUEUE: '4' },
    });
    const ended: Record<number, string[]> = { 200: [], 503: [] };
    const ask = async (path: string) => {
      const { status } = await send(gateway, path);
      ended[status]?.push(path);
    };
    const under = ask('/v1/assets');
    await eventually(() => expect(upstream.received).toHaveLength(1));
    const searches = Array.from({ length: 8 }, () => ask('/v1/assets?q=knight'));
    await eventually(() => expect(ended[503]).toHaveLength(6));
    const others = ['/v1/assets/asset_1/download', '/v1/assets/asset_2'];
    const all = [under, ...searches, ...others.map(ask)];

    await eventually(() => {
      for (const answer of waiting.splice(0)) answer();
      expect(ended[200]).toHaveLength(5);
    });
    await Promise.all(all);
    expect(ended[200]).toEqual(expect.arrayContaining(others));
    expect(ended[503]).toHaveLength(6);
  });

  it('ends a request that waits in the queue for too long with 504, and never sends it', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await service((request, response) => {
      waiting.push(() => jsonAnswer()(request, response));
    });
    const gateway = await gatewayTo(upstream.url, {
      routes: hastyRoutes(100, ['/v1/tags']),
      env: { UPSTREAM_CONCURRENCY: '1', UPSTREAM_QUEUE: '6' },
    });
    const first = send(gateway, '/v1/assets');
    await eventually(() => expect(upstream.received).toHaveLength(1));
    const queued = await Promise.all(Array.from({ length: 3 }, () => send(gateway, '/v1/tags')));
    expect(queued.map(({ status }) => status)).toEqual([504, 504, 504]);
    waiting[0]?.();
    expect((await first).status).toBe(200);
    const last = send(gateway, '/v1/licenses');
    await eventually(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    await last;
    expect(upstream.received.map(({ url }) => url)).toEqual(['/v1/assets', '/v1/licenses']);
  });
});

describe('bodies', () => {
  it.each([
    ['a declared length', 'content-length: 2000000\r\n', ''],
    ['chunks', 'transfer-encoding: chunked\r\n', `1000\r\n${'a'.repeat(4096)}\r\n`.repeat(20)],
  ])('over the limit by %s get 413, and the service never sees a complete request', async (_, head, body) => {
    let completed = 0;
    const upstream = await service((request, response) => {
      request.on('end', () => {
        completed += 1;
        jsonAnswer()(request, response);
      });
      request.resume();
    });
    const gateway = await gatewayTo(upstream.url, { env: { MAX_BODY_BYTES: '70000' } });
    const answer = await sendRaw(gateway, `POST /v1/assets HTTP/1.1\r\nhost: x\r\n${head}\r\n${body}`);
    expect(statusOf(answer)).toBe(413);
    expect(answer).toContain('request.too_large');
    expect(completed).toBe(0);
  });

  it('that stall get 408, whether the service has been asked or not', async () => {
    const upstream = await service((request) => void request.resume());
    const gateway = await gatewayTo(upstream.url, { env: { BODY_TIMEOUT_MS: '500' } });
    const head = 'POST /v1/assets HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n';
    const small = await sendRaw(gateway, `${head}{`);
    expect(upstream.received).toEqual([]);
    const large = await sendRaw(gateway, head + 'a'.repeat(100_000));
    expect([small, large].map(statusOf)).toEqual([408, 408]);
    await eventually(() => expect(upstream.received.map(({ aborted }) => aborted)).toEqual([true]));
  });
});
