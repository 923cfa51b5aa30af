import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, eventually, send, type Sent } from './client.harness.ts';
import { startGateway, type TestGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream } from './upstream.harness.ts';

let upstream: FakeUpstream;
let gateway: TestGateway | undefined;

beforeAll(async () => {
  upstream = await startUpstream(jsonAnswer());
});
afterAll(() => upstream.close());
afterEach(async () => {
  await gateway?.stop();
  upstream.received.length = 0;
});

async function limited(env: Record<string, string>): Promise<TestGateway> {
  const { url } = upstream;
  gateway = await startGateway({ upstreams: { auth: url, catalog: url, ingest: url }, env });
  return gateway;
}

const passed = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200).length;

async function sendInTurn(to: TestGateway, count: number, path: string, sent: Sent = {}): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < count; i += 1) answers.push(await send(to, path, sent));
  return answers;
}

describe('a rate limit', () => {
  it('lets exactly its number pass over 20 parallel connections, and answers the rest with 429', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '50/60s' });
    const agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const answers = await Promise.all(
      agents.flatMap((agent) => Array.from({ length: 5 }, () => send(to, '/v1/assets', { agent }))),
    );
    for (const agent of agents) agent.destroy();
    expect(passed(answers)).toBe(50);
    expect(upstream.received).toHaveLength(50);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(50);
    for (const answer of refused) {
      const { headers } = answer;
      expect(answer.json()).toMatchObject({ code: 'request.rate_limited', status: 429 });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
      expect(headers.ratelimit).toMatch(/^"general";r=0;t=\d+$/);
    }
  });

  it('is told on every answer, before it is used up', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '5/60s' });
    const [first, second] = await sendInTurn(to, 2, '/v1/assets');
    expect(first?.headers['ratelimit-policy']).toBe('"general";q=5;w=60');
    expect(first?.headers.ratelimit).toBe('"general";r=4;t=60');
    expect(second?.headers.ratelimit).toMatch(/^"general";r=3;t=\d+$/);
  });

  it('starts anew with the next window', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '2/1s' });
    const answers = await sendInTurn(to, 3, '/v1/assets');
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    await eventually(async () => expect((await send(to, '/v1/assets')).status).toBe(200));
  });

  it('is not escaped by spelling another address into the request', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '3/60s' });
    const answers: Answer[] = [];
    for (let i = 0; i < 10; i += 1) {
      const headers = {
        'x-forwarded-for': `203.0.113.${i}`,
        'x-real-ip': `203.0.113.${i}`,
        forwarded: `for=${i}`,
      };
      answers.push(await send(to, '/v1/assets', { headers }));
    }
    expect(passed(answers)).toBe(3);
  });

  it('counts by the address that a trusted proxy names', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '1/60s', TRUSTED_PROXIES: '127.0.0.1' });
    const as = (address: string) => send(to, '/v1/assets', { headers: { 'x-forwarded-for': address } });
    const statuses = [await as('203.0.113.1'), await as('203.0.113.2'), await as('203.0.113.1')];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  it('counts each class on its own: registration, sign-in, uploads, all the rest', async () => {
    const to = await limited({
      RATE_LIMIT_GENERAL: '1/60s',
      RATE_LIMIT_REGISTRATION: '2/60s',
      RATE_LIMIT_SIGN_IN: '3/60s',
      RATE_LIMIT_UPLOAD: '4/60s',
    });
    const post: Sent = { method: 'POST', body: '{}' };
    expect(passed(await sendInTurn(to, 6, '/v1/users', post))).toBe(2);
    expect(
      passed([
        ...(await sendInTurn(to, 2, '/v1/users/login')),
        ...(await sendInTurn(to, 6, '/v1/sessions', post)),
      ]),
    ).toBe(3);
    expect(passed(await sendInTurn(to, 6, '/v1/uploads', post))).toBe(4);
    expect(passed(await sendInTurn(to, 6, '/v1/users/me'))).toBe(1);
  });

  it('can be switched off, and then is not told', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: 'off' });
    const answers = await sendInTurn(to, 30, '/v1/assets');
    expect(passed(answers)).toBe(30);
    expect(answers[0]?.headers.ratelimit).toBeUndefined();
  });

  it('is not used up by preflights and by paths that do not exist', async () => {
    const to = await limited({ RATE_LIMIT_GENERAL: '1/60s' });
    await sendInTurn(to, 5, '/nothing');
    expect((await send(to, '/v1/assets')).status).toBe(200);
  });
});
