import { Agent } from 'node:http';
import { BODY_LIMITS } from '@cairn/shared/http/body-limits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../src/routing-table.ts';
import { send, type Answer } from './client.harness.ts';
import { useOneService } from './fault.harness.ts';
import { roomyRoutes } from './gateway.harness.ts';
import { startSampleService } from './sample-service.harness.ts';
import { jsonAnswer } from './upstream.harness.ts';

const ROUNDS = 12;
const ROOM = 4 * 1024 * 1024;

const { gatewayTo, service } = useOneService();

const jsonOf = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes) });
const chunked: Record<string, string> = { 'transfer-encoding': 'chunked' };

function post(gateway: { port: number }, body: string, more: Record<string, string> = {}, agent?: Agent) {
  const headers = { 'content-type': 'application/json', ...more };
  return send(gateway, '/v1/assets', { method: 'POST', headers, body, ...(agent ? { agent } : {}) });
}

const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

describe('a service that refuses a body before it has read it', () => {
  let sample: Awaited<ReturnType<typeof startSampleService>>;
  beforeAll(async () => {
    sample = await startSampleService('catalog', [
      { operationId: 'PostThing', method: 'post', path: '/v1/assets', tag: 'Things' },
    ]);
  });
  afterAll(() => sample.close());

  // Without a token the service answers 401, once it has read the body.
  it.each([
    ['by its length', {}],
    ['by its chunks', chunked],
  ])('%s is heard, and nobody else is harmed', async (_, framing) => {
    const gateway = await gatewayTo(`http://127.0.0.1:${sample.port}`, { routes: roomyRoutes(ROOM) });
    const refused: Answer[] = [];
    const following: Answer[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      refused.push(
        ...(await Promise.all(Array.from({ length: 6 }, () => post(gateway, jsonOf(300_000), framing)))),
      );
      following.push(
        ...(await Promise.all(Array.from({ length: 6 }, () => post(gateway, '{"id":"x","size":1}')))),
      );
    }
    expect(statuses(refused)).toEqual([413]);
    expect(statuses(following)).toEqual([401]);
  });

  it('is heard while others go on at the same time', async () => {
    const gateway = await gatewayTo(`http://127.0.0.1:${sample.port}`, {
      routes: roomyRoutes(ROOM),
      env: { UPSTREAM_CONCURRENCY: '4' },
    });
    const refused: Answer[] = [];
    const good: Answer[] = [];
    const attack = async () => {
      for (let i = 0; i < ROUNDS; i += 1)
        refused.push(await post(gateway, jsonOf(i % 2 === 0 ? 300_000 : 3_000_000)));
    };
    const work = async () => {
      for (let i = 0; i < 4 * ROUNDS; i += 1) good.push(await post(gateway, '{"id":"x","size":1}'));
    };
    await Promise.all([...Array.from({ length: 6 }, attack), ...Array.from({ length: 6 }, work)]);
    expect(statuses(refused)).toEqual([413]);
    expect(statuses(good)).toEqual([401]);
  });

  it('does nobody else harm when it leaves the body on a connection that it would keep', async () => {
    const upstream = await service((request, response) => {
      if (Number(request.headers['content-length']) > 1_000) request.pause();
      jsonAnswer()(request, response);
    });
    const gateway = await gatewayTo(upstream.url, { routes: roomyRoutes(ROOM) });
    for (let round = 0; round < ROUNDS; round += 1) {
      await post(gateway, jsonOf(300_000));
      expect((await post(gateway, '{"id":"x"}')).status).toBe(200);
    }
    const large = upstream.received.filter(({ headers }) => Number(headers['content-length']) > 1_000);
    expect(large.map(({ headers }) => headers.connection)).toEqual(large.map(() => 'close'));
  });
});

describe('a body over what the service of its route takes', () => {
  it.each(
    ROUTES.filter(({ path }) => !path.includes('{')).map(({ path, service: name }) => [path, name] as const),
  )('is refused for %s before the service is asked', async (path, name) => {
    const upstream = await service((request, response) => {
      request.resume().on('end', () => jsonAnswer()(request, response));
    });
    const { url } = upstream;
    const gateway = await gatewayTo(url, { upstreams: { auth: url, catalog: url, ingest: url } });
    const limit = BODY_LIMITS[name];
    const ask = (bytes: number) =>
      send(gateway, path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: 'x'.repeat(bytes),
      });
    const over = await ask(limit + 1);
    expect([over.status, over.json()]).toMatchObject([
      413,
      { detail: `At most ${limit} bytes are accepted.` },
    ]);
    expect(upstream.received).toEqual([]);
    expect((await ask(limit)).status).toBe(200);
  });

  it('is answered to each of many senders at once, and on a connection that is not kept', async () => {
    const upstream = await service(jsonAnswer());
    const gateway = await gatewayTo(upstream.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 6 });
    const answers = await Promise.all(
      Array.from({ length: 10 * ROUNDS }, (_, i) =>
        i % 2 === 0
          ? post(gateway, jsonOf(3_000_000), i % 4 === 0 ? {} : chunked, agent)
          : post(gateway, '{"id":"x"}', {}, agent),
      ),
    );
    agent.destroy();
    expect(statuses(answers.filter((_, i) => i % 2 === 0))).toEqual([413]);
    expect(statuses(answers.filter((_, i) => i % 2 === 1))).toEqual([200]);
    expect(new Set(answers.map(({ headers, status }) => `${status} ${headers.connection}`))).toEqual(
      new Set(['413 close', '200 keep-alive']),
    );
  });
});
