import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { send, sendRaw, statusOf } from './client.harness.ts';
import { startGateway, type TestGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream } from './upstream.harness.ts';

let gateway: TestGateway;
let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume();
    request.on('end', () => jsonAnswer()(request, response));
  });
  gateway = await startGateway({
    upstreams: { auth: upstream.url, catalog: upstream.url, ingest: upstream.url },
  });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});
beforeEach(() => {
  upstream.received.length = 0;
});

const SMUGGLED = 'GET /v1/users/me HTTP/1.1\r\nhost: x\r\n\r\n';
const head = (lines: string) => `POST /v1/assets HTTP/1.1\r\nhost: x\r\n${lines}\r\n\r\n`;

describe('a request whose end two parsers could see in different places', () => {
  it.each([
    ['CL.TE', head('content-length: 6\r\ntransfer-encoding: chunked') + `0\r\n\r\n${SMUGGLED}`],
    ['TE.CL', head('transfer-encoding: chunked\r\ncontent-length: 3') + `0\r\n\r\n${SMUGGLED}`],
    ['TE.TE', head('transfer-encoding: chunked\r\ntransfer-encoding: x') + `0\r\n\r\n${SMUGGLED}`],
    ['TE of identity and chunked', head('transfer-encoding: chunked, identity') + `0\r\n\r\n${SMUGGLED}`],
    ['xchunked', head('transfer-encoding: xchunked') + `0\r\n\r\n${SMUGGLED}`],
    ['TE with a space before the colon', head('transfer-encoding : chunked') + `0\r\n\r\n${SMUGGLED}`],
    ['TE with a leading vertical tab', head('transfer-encoding:\x0bchunked') + `0\r\n\r\n${SMUGGLED}`],
    ['CL.CL', head('content-length: 0\r\ncontent-length: 44') + SMUGGLED],
    ['a list of lengths', head('content-length: 0, 44') + SMUGGLED],
    ['a length with a sign', head('content-length: +2') + '{}'],
    ['a negative length', head('content-length: -1') + SMUGGLED],
    ['a hexadecimal length', head('content-length: 0x2') + '{}'],
    ['a length with a space inside', head('content-length: 1 0') + SMUGGLED],
    [
      'a chunk size that overflows',
      head('transfer-encoding: chunked') + 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n',
    ],
    ['a chunk size that is not hexadecimal', head('transfer-encoding: chunked') + 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a bare LF after a chunk size', head('transfer-encoding: chunked') + `2\n{}\r\n0\r\n\r\n${SMUGGLED}`],
    ['a bare LF as a line end', `POST /v1/assets HTTP/1.1\nhost: x\ncontent-length: 0\n\n${SMUGGLED}`],
    ['a bare CR in a header', head('x-a: b\rtransfer-encoding: chunked') + SMUGGLED],
    ['a folded header', head('x-a: b\r\n transfer-encoding: chunked') + SMUGGLED],
    ['a folded header with a tab', head('x-a: b\r\n\tc') + SMUGGLED],
    ['a header without a name', head(': chunked') + SMUGGLED],
    ['a header without a colon', head('chunked') + SMUGGLED],
    ['a NUL in a header', head('x-a: b\0c') + SMUGGLED],
    ['an authority as target', `GET x:80 HTTP/1.1\r\nhost: x\r\n\r\n${SMUGGLED}`],
    ['a target with a space', `GET /v1/assets /x HTTP/1.1\r\nhost: x\r\n\r\n${SMUGGLED}`],
    [
      'a length in a trailer',
      head('transfer-encoding: chunked') + `0\r\ncontent-length: 9\r\n\r\n${SMUGGLED}`,
    ],
    ['an unknown version', `GET /v1/assets HTTP/3.7\r\nhost: x\r\n\r\n${SMUGGLED}`],
    ['an unknown method', `BREW /v1/assets HTTP/1.1\r\nhost: x\r\n\r\n${SMUGGLED}`],
    ['an HTTP/2 preface', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${SMUGGLED}`],
  ])('%s: 400, and no service sees a request that was hidden in it', async (_, bytes) => {
    const answer = await sendRaw(gateway, bytes);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"request.malformed"');
    await send(gateway, '/v1/limits');
    expect(upstream.received.map(({ url }) => url)).toEqual(['/v1/limits']);
  });

  it('CONNECT is refused', async () => {
    const answer = await sendRaw(gateway, 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(statusOf(answer)).toBe(405);
  });

  it('a header section without bounds gets 431', async () => {
    const long = await sendRaw(
      gateway,
      `GET /v1/assets HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    const many = await sendRaw(
      gateway,
      `GET /v1/assets HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(4_000)}\r\n`,
    );
    expect([long, many].map(statusOf)).toEqual([431, 431]);
    expect(long).toContain('"code":"request.headers_too_large"');
    expect(upstream.received).toEqual([]);
  });
});

describe('a request that names more than one resource, or none', () => {
  it.each([
    ['two Hosts', `GET /v1/assets HTTP/1.1\r\nhost: x\r\nHost: y\r\n\r\n`],
    ['no Host', `GET /v1/assets HTTP/1.1\r\n\r\n`],
    ['a Host that is none', `GET /v1/assets HTTP/1.1\r\nhost: a b/c@d\r\n\r\n`],
    ['an absolute target', `GET http://127.0.0.1/v1/assets HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['a target with a fragment', `GET /v1/assets#/../users HTTP/1.1\r\nhost: x\r\n\r\n`],
  ])('%s: 400, and nobody else is asked', async (_, bytes) => {
    const answer = await sendRaw(gateway, bytes);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('"code":"request.malformed"');
    expect(upstream.received).toEqual([]);
  });

  it('such a connection is closed after the answer', async () => {
    const answer = await sendRaw(gateway, 'GET /v1//../users HTTP/1.1\r\nhost: x\r\n\r\n', { answers: 2 });
    expect(answer.toLowerCase()).toContain('connection: close');
  });
});

describe('requests that only look odd', () => {
  it('an upgrade to h2c is not offered: the request is answered as it is', async () => {
    const answer = await sendRaw(
      gateway,
      'GET /v1/assets HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
    );
    expect(statusOf(answer)).toBe(200);
    expect(upstream.received[0]?.headers).not.toHaveProperty('upgrade');
    expect(upstream.received[0]?.headers).not.toHaveProperty('http2-settings');
  });

  it('chunk extensions and trailers end at the gateway', async () => {
    const answer = await sendRaw(
      gateway,
      `${head('transfer-encoding: chunked')}2;ext=1\r\n{}\r\n0\r\nx-role: admin\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(200);
    expect(upstream.received[0]?.headers).toMatchObject({ 'content-length': '2' });
    expect(upstream.received[0]?.headers).not.toHaveProperty('x-role');
  });

  it('an expectation other than 100-continue is ignored', async () => {
    const answer = await sendRaw(gateway, 'GET /v1/assets HTTP/1.1\r\nhost: x\r\nexpect: tea\r\n\r\n');
    expect(statusOf(answer)).toBe(200);
    expect(upstream.received[0]?.headers).not.toHaveProperty('expect');
  });

  it('pipelined requests are answered in order, each once', async () => {
    const answer = await sendRaw(gateway, `${head('content-length: 2')}{}${SMUGGLED}`, { answers: 2 });
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(upstream.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/assets',
      'GET /v1/users/me',
    ]);
  });
});
