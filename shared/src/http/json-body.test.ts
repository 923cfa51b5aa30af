import { createRoute, z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { createApp } from './create-app.ts';
import { endpoint, publicEndpoints } from './endpoint.ts';

const MAX_BYTES = 1_000;

type Content = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

const body = z.object({ name: z.string(), count: z.number().int().optional() }).openapi('Thing');

const route = (method: 'post' | 'delete') =>
  createRoute({
    method,
    path: '/things',
    request: { body: { required: true, content: { 'application/json': { schema: body } } } },
    responses: { 200: { description: 'The same', content: { 'application/json': { schema: body } } } },
  });

function things() {
  const app = createApp({
    service: 'test',
    logger: silentLogger(),
    maxBodyBytes: MAX_BYTES,
    bodyTimeoutMs: 50,
  });
  const seen: unknown[] = [];
  const echo = (method: 'post' | 'delete') =>
    endpoint(route(method), async (c) => {
      seen.push(c.req.valid('json'));
      return c.json(c.req.valid('json'), 200);
    });
  publicEndpoints(app, undefined, [echo('post'), echo('delete')]);
  const send = async (content: Content | undefined, headers: Record<string, string> = {}, method = 'POST') =>
    app.request('/things', {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(content === undefined ? {} : { body: content }),
      duplex: 'half',
    });
  return { app, seen, send };
}

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))));

const streamOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

describe('a body that is taken', () => {
  test.each([
    ['plain', '{"name":"x"}', {}],
    ['with white space around', ' \n{"name":"x"}\n ', {}],
    ['with a charset', '{"name":"x"}', { 'content-type': 'application/json; charset=utf-8' }],
    ['with a charset in quotes', '{"name":"x"}', { 'content-type': 'application/json;charset="UTF-8"' }],
    [
      'with a space before the charset',
      '{"name":"x"}',
      { 'content-type': 'application/json ; charset=utf-8' },
    ],
    ['with a type in another case', '{"name":"x"}', { 'content-type': 'Application/JSON' }],
    ['escaped', '{"n\\u0061me":"x"}', {}],
  ])('%s reaches its handler', async (_how, content, headers) => {
    const { send } = things();
    const response = await send(content, headers);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ name: 'x' });
  });

  test('in pieces that cut a character apart is put together', async () => {
    const { send } = things();
    const whole = bytes('{"name":"\u00e9🦊"}');
    const response = await send(streamOf(whole.slice(0, 10), whole.slice(10, 13), whole.slice(13)));
    expect(await response.json()).toEqual({ name: '\u00e9🦊' });
  });

  test('of exactly the limit is not too large', async () => {
    const { send } = things();
    const name = 'x'.repeat(MAX_BYTES - '{"name":""}'.length);
    expect((await send(JSON.stringify({ name }))).status).toBe(200);
    expect((await send(JSON.stringify({ name: `${name}x` }))).status).toBe(413);
  });

  test('of a DELETE is read as that of a POST', async () => {
    const { send } = things();
    expect((await send('{"name":"x"}', {}, 'DELETE')).status).toBe(200);
    expect((await send('{"name":', {}, 'DELETE')).status).toBe(400);
  });

  test('names a key twice, and the last one counts', async () => {
    const { send } = things();
    expect(await (await send('{"name":"x","name":"y"}')).json()).toEqual({ name: 'y' });
  });

  test('may speak of prototypes in its texts, and of constructors', async () => {
    const { send } = things();
    for (const name of ['__proto__', '"__proto__":1', 'constructor']) {
      expect(await (await send(JSON.stringify({ name }))).json()).toEqual({ name });
    }
  });
});

describe('a body that is refused', () => {
  const malformed = { status: 400, code: 'request.malformed_json' };
  const wrongType = { status: 415, code: 'request.unsupported_media_type' };
  const tooLarge = { status: 413, code: 'request.too_large' };
  const invalid = { status: 422, code: 'request.invalid' };
  type Case = [string, Content | undefined, Record<string, string>, { status: number; code: string }];
  const typed = (type: string) => ({ 'content-type': type });

  const cases: Case[] = [
    ['cut off', '{"name":"x"', {}, malformed],
    ['followed by more', '{"name":"x"} {}', {}, malformed],
    ['with a comment', '{"name":"x"/**/}', {}, malformed],
    ['with single quotes', "{'name':'x'}", {}, malformed],
    ['NaN', '{"name":NaN}', {}, malformed],
    ['after a byte order mark', bytes([0xef, 0xbb, 0xbf], '{"name":"x"}'), {}, malformed],
    ['in UTF-16', new Uint8Array(Buffer.from('{"name":"x"}', 'utf16le')), {}, malformed],
    ['with a byte that is no UTF-8', bytes('{"name":"', [0xff], '"}'), {}, malformed],
    ['with an overlong form', bytes('{"name":"', [0xc0, 0xaf], '"}'), {}, malformed],
    ['with a surrogate in UTF-8', bytes('{"name":"', [0xed, 0xa0, 0x80], '"}'), {}, malformed],
    ['with a character cut off', bytes('{"name":"', [0xc3]), {}, malformed],
    ['with __proto__', '{"name":"x","__proto__":{"polluted":true}}', {}, malformed],
    ['with __proto__ escaped', '{"name":"x","\\u005f_proto__":{"polluted":true}}', {}, malformed],
    ['with __proto__ deep inside', '{"name":"x","a":[{"b":{"__proto__":{"polluted":true}}}]}', {}, malformed],
    [
      'with constructor.prototype',
      '{"name":"x","constructor":{"prototype":{"polluted":true}}}',
      {},
      malformed,
    ],
    ['as text', '{"name":"x"}', typed('text/plain'), wrongType],
    ['as a form', 'name=x', typed('application/x-www-form-urlencoded'), wrongType],
    ['as XML', '<name>x</name>', typed('application/xml'), wrongType],
    ['as another JSON', '{"name":"x"}', typed('application/merge-patch+json'), wrongType],
    ['in another charset', '{"name":"x"}', typed('application/json; charset=utf-16'), wrongType],
    ['with the type twice', '{"name":"x"}', typed('application/json, application/json'), wrongType],
    ['with no type', bytes('{"name":"x"}'), typed(''), wrongType],
    ['encoded', '{"name":"x"}', { 'content-encoding': 'gzip' }, wrongType],
    ['too large by its length', 'x', { 'content-length': String(MAX_BYTES + 1) }, tooLarge],
    [
      'too large by its pieces',
      streamOf(...Array.from({ length: 20 }, () => bytes('x'.repeat(100)))),
      {},
      tooLarge,
    ],
    ['empty', '', {}, malformed],
    ['empty and of another type', '', typed('text/plain'), wrongType],
    ['missing', undefined, typed(''), invalid],
    ['null', 'null', {}, invalid],
    ['a list', '[]', {}, invalid],
    ['a number', '1', {}, invalid],
    ['of another form', '{"name":1}', {}, invalid],
    ['with a number beyond all', '{"name":"x","count":1e309}', {}, invalid],
    ['with an integer that would lose digits', '{"name":"x","count":12345678901234567890}', {}, invalid],
    ['of 400 levels', '['.repeat(400) + ']'.repeat(400), {}, invalid],
  ];

  test.each(cases)(
    '%s gets its problem, and reaches no handler',
    async (_how, content, headers, expected) => {
      const { send, seen } = things();
      const response = await send(content, headers);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject(expected);
      expect(response.status).toBe(expected.status);
      expect(seen).toEqual([]);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  test('that never ends is given up in time', async () => {
    const { send } = things();
    let cancelled = false;
    const stalled = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('{"name":')),
      cancel: () => {
        cancelled = true;
      },
    });
    const response = await send(stalled);
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ code: 'request.timeout' });
    expect(cancelled).toBe(true);
  });

  test('that breaks off is told so', async () => {
    const { send } = things();
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('aborted')),
    });
    const response = await send(broken);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'request.malformed' });
  });

  test('is not read any further once it is too large', async () => {
    const { send } = things();
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(bytes('x'.repeat(400)));
      },
    });
    expect((await send(endless)).status).toBe(413);
    expect(pulled).toBeLessThan(6);
  });
});
