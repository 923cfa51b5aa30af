import { createRoute, z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { DomainError, invalidField } from '../errors/domain-error.ts';
import { createLogger } from '../logging/logger.ts';
import { createApp } from './create-app.ts';
import { endpoint, publicEndpoints, requirePrincipal, signedInEndpoints } from './endpoint.ts';
import { serveOpenApiDocument } from './openapi-document.ts';
import type { Principal } from './principal.ts';

const text = { 200: { description: 'It', content: { 'application/json': { schema: z.any() } } } };
const get = (path: string, more: object = {}) =>
  createRoute({ method: 'get', path, responses: text, ...more });

const MARA: Principal = {
  userId: 'user_1',
  username: 'mara',
  sessionId: 'session_1',
  scopes: new Set(['assets:read']),
  expiresAt: 0,
};

const verify = async (token: string) => {
  if (token !== 'good') throw new DomainError('auth.invalid_token');
  return MARA;
};

function anApp(fail: () => unknown = () => undefined) {
  const lines: string[] = [];
  const logger = createLogger('test', {
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const app = createApp({ service: 'test', logger });
  const thing = createRoute({
    method: 'post',
    path: '/things/{id}',
    request: {
      params: z.object({ id: z.string().max(10) }),
      query: z.object({ limit: z.coerce.number().max(100).optional() }),
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.object({
              'a/b~c': z.array(z.object({ size: z.number() })).optional(),
              name: z.string().superRefine((value, ctx) => {
                if (value === 'bad')
                  ctx.addIssue({
                    code: 'custom',
                    message: 'is bad',
                    params: { code: 'bad', hint: 'Be good.' },
                  });
              }),
            }),
          },
        },
      },
    },
    responses: text,
  });
  publicEndpoints(app, undefined, [
    endpoint(get('/things'), (c) => c.json({ things: [] }, 200)),
    endpoint(thing, (c) => c.json(c.req.valid('json'), 200)),
    endpoint(get('/fails'), async (c) => {
      await fail();
      return c.json({}, 200);
    }),
  ]);
  publicEndpoints(app, verify, [
    endpoint(get('/anybody'), (c) => c.json({ who: c.get('principal')?.username ?? 'nobody' }, 200)),
  ]);
  const who = (path: string, operationId: string) =>
    endpoint(get(path, { operationId }), (c) => c.json({ who: requirePrincipal(c).username }, 200));
  signedInEndpoints(app, verify, 'assets:read', [who('/readers', 'Readers')]);
  signedInEndpoints(app, verify, 'assets:write', [who('/writers', 'Writers')]);
  serveOpenApiDocument(app, { title: 'Test', description: 'Test' });
  return { app, lines };
}

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem['status']).toBe(response.status);
  expect(problem['type']).toBe(`urn:cairn:problem:${String(problem['code'])}`);
  return problem;
};

describe('what is not there', () => {
  test.each([
    '/',
    '/nothing',
    '/things/',
    '//things',
    '/things/a/b',
    '/fails%00',
    '/%zz',
    '/..%2f..%2fthings',
  ])('%s is a 404 with a problem', async (path) => {
    const response = await anApp().app.request(path);
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toMatchObject({ code: 'request.not_found' });
  });

  test.each([
    ['PUT', '/things', 'GET, HEAD'],
    ['OPTIONS', '/things', 'GET, HEAD'],
    ['GET', '/things/1', 'POST'],
    ['HEAD', '/things/1', 'POST'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
  ])('%s %s is a 405 that names the methods', async (method, path, allow) => {
    const response = await anApp().app.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const response = await anApp().app.request('/things', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('a request id', () => {
  test.each(['req-12345', 'A1b2C3d4', 'f812d379-2020-456a-9e81-c78be6121821', 'x'.repeat(64)])(
    'like %s is kept, in the answer, the problem and the log',
    async (id) => {
      const { app, lines } = anApp();
      const response = await app.request('/nothing', { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).toBe(id);
      expect(await problemOf(response)).toMatchObject({ request_id: id });
      expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
        expect.objectContaining({ request_id: id, status: 404 }),
      );
    },
  );

  test.each([
    '',
    'short',
    'x'.repeat(65),
    'with space',
    '-leading',
    'new"quote',
    '../../etc/passwd',
    'a,b,c,d,e',
  ])('like "%s" is replaced', async (id) => {
    const response = await anApp().app.request('/things', { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a failure', () => {
  test('that is a domain error is told by its code, with its details', async () => {
    const { app } = anApp(() => {
      throw invalidField('/files/0/size', 'too_large', 'is too large', 'Split it.');
    });
    expect(await problemOf(await app.request('/fails'))).toMatchObject({
      status: 422,
      code: 'request.invalid',
      errors: [{ field: '/files/0/size', code: 'too_large', message: 'is too large', hint: 'Split it.' }],
    });
  });

  test.each([
    ['auth.required', 401, { 'www-authenticate': 'Bearer' }],
    ['auth.invalid_credentials', 401, { 'www-authenticate': 'Basic realm="cairn", charset="UTF-8"' }],
    ['auth.busy', 503, { 'retry-after': '1' }],
    ['user.not_found', 404, {}],
  ] as const)('of code %s has its status and headers', async (code, status, headers) => {
    const { app } = anApp(() => {
      throw new DomainError(code);
    });
    const response = await app.request('/fails');
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  });

  test('that says when to come back is told with Retry-After', async () => {
    const { app } = anApp(() => {
      throw new DomainError('auth.busy', { retryable: true, retryAfterSeconds: 7 });
    });
    expect((await app.request('/fails')).headers.get('retry-after')).toBe('7');
  });

  test.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' })],
    ['throttling', Object.assign(new Error('slow'), { name: 'ThrottlingException' })],
    ['a 500 of a dependency', Object.assign(new Error('x'), { $metadata: { httpStatusCode: 500 } })],
  ])('of a dependency by %s is a 503, and logged', async (_what, error) => {
    const { app, lines } = anApp(() => Promise.reject(error));
    const response = await app.request('/fails');
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'service.unavailable' });
    expect(lines.join('')).toContain('a dependency failed');
  });

  test.each([
    ['an error', new Error('secret-detail')],
    ['an error with a status', Object.assign(new Error('secret-detail'), { status: 418 })],
    ['a rejected call', Object.assign(new Error('secret-detail'), { $metadata: { httpStatusCode: 400 } })],
  ])('that nobody expected (%s) is a 500 that tells nothing, and is logged', async (_what, error) => {
    const { app, lines } = anApp(() => Promise.reject(error));
    const response = await app.request('/fails');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 500, code: 'service.internal' });
    expect(JSON.stringify(problem)).not.toMatch(/secret-detail|stack|\.ts/);
    expect(lines.join('')).toContain('unexpected error');
  });
});

describe('bad input', () => {
  const post = (path: string, body: string) => ({
    path,
    request: { method: 'POST', headers: { 'content-type': 'application/json' }, body },
  });

  test('is told field by field, by JSON pointers', async () => {
    const { path, request } = post('/things/1', '{"name":"bad","a/b~c":[{"size":1},{"size":"x"}]}');
    expect(await problemOf(await anApp().app.request(path, request))).toMatchObject({
      code: 'request.invalid',
      errors: [
        { field: '/a~1b~0c/1/size', code: 'field.wrong_type', hint: expect.any(String) },
        { field: '/name', code: 'bad', message: 'is bad', hint: 'Be good.' },
      ],
    });
  });

  test.each([
    ['/things/much-too-long', 'path.id'],
    ['/things/1?limit=1000', 'query.limit'],
    ['/things/1?limit=x', 'query.limit'],
  ])('in %s is named %s', async (where, field) => {
    const { path, request } = post(where, '{"name":"x"}');
    expect(await problemOf(await anApp().app.request(path, request))).toMatchObject({
      status: 422,
      errors: [{ field }],
    });
  });

  test('that is nested 100,000 deep is refused', async () => {
    const deep = `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { path, request } = post('/things/1', deep);
    const response = await anApp().app.request(path, request);
    expect([400, 422]).toContain(response.status);
  });
});

describe('the two blocks of endpoints', () => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('a public one is for everybody, and knows who sent a token', async () => {
    const { app } = anApp();
    expect(await (await app.request('/anybody')).json()).toEqual({ who: 'nobody' });
    expect(await (await app.request('/anybody', bearer('good'))).json()).toEqual({ who: 'mara' });
    expect(await problemOf(await app.request('/anybody', bearer('bad')))).toMatchObject({
      code: 'auth.invalid_token',
    });
  });

  test('a signed-in one needs a token that covers its scope', async () => {
    const { app } = anApp();
    expect(await problemOf(await app.request('/readers'))).toMatchObject({ code: 'auth.required' });
    expect((await app.request('/readers', bearer('good'))).status).toBe(200);
    expect(await problemOf(await app.request('/writers', bearer('good')))).toMatchObject({
      status: 403,
      code: 'auth.insufficient_scope',
    });
  });

  test.each(['good', 'Bearer', 'Bearer ', 'Basic good', 'Bearer good good', 'Bearer good, Bearer good'])(
    'the header "%s" is no token',
    async (authorization) => {
      const response = await anApp().app.request('/readers', { headers: { authorization } });
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'auth.invalid_token' });
    },
  );

  test('a token in the URL is not looked at', async () => {
    const response = await anApp().app.request('/readers?access_token=good&authorization=Bearer%20good');
    expect(response.status).toBe(401);
  });
});

test('the request log names method, path and status, and no query and no header', async () => {
  const { app, lines } = anApp();
  await app.request('/things?token=canary', { headers: { authorization: 'Bearer canary' } });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'GET', path: '/things', status: 200 });
  expect(lines[0]).not.toContain('canary');
});

test.each([
  ['/readers', 'good', { status: 200, operation: 'Readers', user_id: 'user_1', session_id: 'session_1' }],
  ['/writers', 'good', { status: 403, code: 'auth.insufficient_scope', user_id: 'user_1' }],
  ['/readers', 'bad', { status: 401, code: 'auth.invalid_token', operation: 'Readers' }],
  ['/readers', undefined, { status: 401, code: 'auth.required' }],
  ['/things/1?limit=x', undefined, { status: 405, code: 'request.method_not_allowed' }],
])('the log line of %s by the token "%s" says who, what and why not', async (path, token, expected) => {
  const { app, lines } = anApp();
  await app.request(path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(line).toMatchObject({
    ...expected,
    request_id: expect.any(String),
    time: expect.stringMatching(/Z$/),
  });
  expect(Object.keys(line)).not.toContain('username');
});

test('every answer has the security headers', async () => {
  for (const path of ['/things', '/nothing', '/readers']) {
    const { headers } = await anApp().app.request(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
