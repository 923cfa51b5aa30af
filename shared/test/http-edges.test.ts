import { createRoute, z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../src/http/create-app.ts';
import { endpoint, publicEndpoints } from '../src/http/endpoint.ts';
import { serve, type RunningServer } from '../src/http/serve.ts';
import { silentLogger } from '../src/logging/logger.ts';
import { rawConnection, type RawAnswer } from './raw-http.ts';

const thing = z.object({ name: z.string() });
const ok = { 200: { description: 'It', content: { 'application/json': { schema: thing } } } };

let server: RunningServer;
const handled: string[] = [];

beforeAll(async () => {
  const app = createApp({ service: 'test', logger: silentLogger(), maxBodyBytes: 1_000, bodyTimeoutMs: 200 });
  publicEndpoints(app, undefined, [
    endpoint(createRoute({ method: 'get', path: '/things', responses: ok }), (c) => {
      handled.push('GET');
      return c.json({ name: 'x' }, 200);
    }),
    endpoint(
      createRoute({
        method: 'post',
        path: '/things',
        request: { body: { required: true, content: { 'application/json': { schema: thing } } } },
        responses: ok,
      }),
      (c) => {
        handled.push('POST');
        return c.json(c.req.valid('json'), 200);
      },
    ),
  ]);
  server = await serve(app.fetch, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const get = (more = '', target = '/things') => `GET ${target} HTTP/1.1\r\nHost: test\r\n${more}\r\n`;
const post = (body: string, more = 'Content-Type: application/json\r\n') =>
  `POST /things HTTP/1.1\r\nHost: test\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

async function ask(text: string): Promise<RawAnswer> {
  const connection = await rawConnection(server.port);
  connection.send(text);
  const answer = await connection.answer();
  connection.socket.destroy();
  return answer;
}

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(answer.body)).toMatchObject({
    type: `urn:cairn:problem:${code}`,
    status,
    code,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(answer.body).not.toMatch(/<html|node_modules|at .+:\d+/i);
}

describe('a request that is not valid HTTP', () => {
  test.each([
    ['two Host headers', `GET /things HTTP/1.1\r\nHost: test\r\nHost: evil\r\n\r\n`],
    ['no Host header', `GET /things HTTP/1.1\r\n\r\n`],
    ['a Host that is none', `GET /things HTTP/1.1\r\nHost: a b/c@d\r\n\r\n`],
    ['an unknown method', `BREW /things HTTP/1.1\r\nHost: test\r\n\r\n`],
    ['no method at all', `\x00\x01\x02\r\n\r\n`],
    ['a space before the colon', get('X-Name : x\r\n')],
    ['a folded header', get('X-Name: x\r\n y: z\r\n')],
    ['NUL in a header', get('X-Name: \x00\r\n')],
    ['a bare line feed', get('X-Name: x\nX-Other: y\r\n')],
    ['a length that is no number', get('Content-Length: x\r\n')],
    ['two lengths', post('{}', 'Content-Type: application/json\r\nContent-Length: 5\r\n')],
    ['a length and chunks', post('{}', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n')],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('for %s gets a 400 with a problem', async (_what, text) => {
    handled.length = 0;
    expectProblem(await ask(text), 400, 'request.malformed');
    expect(handled).toEqual([]);
  });

  test('for a broken chunk gets a 400 with a problem', async () => {
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n';
    const answer = await ask(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n5\r\n{"nam\r\nzz\r\n`);
    expectProblem(answer, 400, 'request.malformed');
  });

  test('for a header section over 16 KB gets a 431 with a problem', async () => {
    expectProblem(await ask(get(`X-Name: ${'x'.repeat(20_000)}\r\n`)), 431, 'request.headers_too_large');
    const many = Array.from({ length: 3_000 }, (_, i) => `X-${i}: ${i}\r\n`).join('');
    expectProblem(await ask(get(many)), 431, 'request.headers_too_large');
  });

  test('after a good one on the same connection gets its problem too', async () => {
    const connection = await rawConnection(server.port);
    connection.send(get());
    expect((await connection.answer()).status).toBe(200);
    connection.send('nonsense\r\n\r\n');
    expectProblem(await connection.answer(), 400, 'request.malformed');
    await connection.ended;
  });

  test('is answered after the good one that was sent with it', async () => {
    const connection = await rawConnection(server.port);
    connection.send(`${post('{"name":"x"}')}nonsense\r\n\r\n`);
    expect((await connection.answer()).status).toBe(200);
    expectProblem(await connection.answer(), 400, 'request.malformed');
    await connection.ended;
  });
});

describe('a valid request of an unusual form', () => {
  test.each([
    [
      'a type with white space before its parameter',
      post('{"name":"x"}', 'Content-Type: application/json ; charset=utf-8\r\n'),
    ],
    [
      'a chunked body',
      `POST /things HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"nam\r\n7\r\ne":"x"}\r\n0\r\n\r\n`,
    ],
    ['an absolute target', get('', 'http://test/things')],
    ['an expectation that nobody knows', get('Expect: cookies\r\n')],
  ])('with %s is answered', async (_what, text) => {
    const answer = await ask(text);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ name: 'x' });
  });

  test.each([
    ['TRACE', 405],
    ['OPTIONS', 405],
    ['PROPFIND', 405],
    ['DELETE', 405],
  ])('%s gets a problem and the methods that there are', async (method, status) => {
    const secret = 'X-Secret: canary\r\n';
    const answer = await ask(`${method} /things HTTP/1.1\r\nHost: test\r\n${secret}\r\n`);
    expectProblem(answer, status, 'request.method_not_allowed');
    expect(answer.headers['allow']).toBe('GET, HEAD, POST');
    expect(answer.body).not.toContain('canary');
  });

  test('CONNECT gets a problem', async () => {
    const answer = await ask('CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n');
    expectProblem(answer, 405, 'request.method_not_allowed');
  });
});

describe('a body', () => {
  test('that is too large by its length is refused before it is sent', async () => {
    const headers = 'Content-Type: application/json\r\nContent-Length: 1000000000\r\n';
    const answer = await ask(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n{`);
    expectProblem(answer, 413, 'request.too_large');
  });

  test('that is too large by its chunks is refused', async () => {
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n';
    const chunk = `400\r\n${'x'.repeat(0x400)}\r\n`;
    const answer = await ask(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n${chunk}${chunk}`);
    expectProblem(answer, 413, 'request.too_large');
  });

  test('that stops arriving is given up, and so is its connection', async () => {
    const connection = await rawConnection(server.port);
    const headers = 'Content-Type: application/json\r\nContent-Length: 100\r\n';
    connection.send(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n{"name":`);
    expectProblem(await connection.answer(), 408, 'request.timeout');
    await connection.ended;
  });

  test('that is refused unread ends the connection, once the rest of it has come', async () => {
    const connection = await rawConnection(server.port);
    const body = 'x'.repeat(300_000);
    connection.send(post(body).slice(0, 100_000));
    const answer = await connection.answer();
    expectProblem(answer, 413, 'request.too_large');
    expect(answer.headers['connection']).toBe('close');
    expect(connection.socket.destroyed).toBe(false);
    handled.length = 0;
    connection.send(post(body).slice(100_000) + post('{"name":"next"}'));
    await connection.ended;
    expect(handled).toEqual([]);
  });

  test('that is refused and sent on without an end is cut off', async () => {
    const connection = await rawConnection(server.port);
    const headers = 'Content-Type: application/json\r\nContent-Length: 1000000000\r\n';
    connection.send(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n`);
    expectProblem(await connection.answer(), 413, 'request.too_large');
    const more = 'x'.repeat(1_048_576);
    let taken = 0;
    for (let i = 0; i < 64; i += 1) {
      connection.socket.write(more, (error) => {
        if (!(error instanceof Error)) taken += 1;
      });
    }
    await connection.ended;
    expect(taken).toBeLessThan(64);
  });

  test('that is refused and sent on in drops is cut off after a moment', async () => {
    const connection = await rawConnection(server.port, { allowHalfOpen: true });
    const headers = 'Content-Type: application/json\r\nContent-Length: 1000000000\r\n';
    connection.send(`POST /things HTTP/1.1\r\nHost: test\r\n${headers}\r\n`);
    expectProblem(await connection.answer(), 413, 'request.too_large');
    const dripping = setInterval(() => connection.send('x'), 50);
    await connection.ended;
    clearInterval(dripping);
  });

  test('that was read leaves the connection for the next request', async () => {
    const connection = await rawConnection(server.port);
    for (const name of ['one', 'two', 'three']) {
      connection.send(post(JSON.stringify({ name })));
      const answer = await connection.answer();
      expect([answer.body, answer.headers['connection']]).toEqual([JSON.stringify({ name }), 'keep-alive']);
    }
    connection.socket.destroy();
  });

  test('that is not read to its end is never taken for the next request', async () => {
    const connection = await rawConnection(server.port);
    handled.length = 0;
    const smuggled = get();
    const body = `${'x'.repeat(2_000)}\r\n\r\n${smuggled}`;
    connection.send(post(body));
    expectProblem(await connection.answer(), 413, 'request.too_large');
    connection.send(post('{"name":"next"}'));
    const next = await connection.answer().catch(() => undefined);
    expect([undefined, '{"name":"next"}']).toContain(next?.body);
    expect(handled).not.toContain('GET');
    connection.socket.destroy();
  });
});

test('one connection too many is closed, and another may come when one has left', async () => {
  const small = await serve(() => new Response('here'), { host: '127.0.0.1', port: 0, maxConnections: 2 });
  const [first, second] = [await rawConnection(small.port), await rawConnection(small.port)];
  const third = await rawConnection(small.port);
  third.send(get());
  await expect(third.answer()).rejects.toThrow('without an answer');
  second.send(get());
  expect((await second.answer()).status).toBe(200);

  first.socket.destroy();
  await vi.waitFor(async () => {
    const next = await rawConnection(small.port);
    next.send(get());
    expect((await next.answer()).status).toBe(200);
    next.socket.destroy();
  });
  second.socket.destroy();
  await small.close();
});
