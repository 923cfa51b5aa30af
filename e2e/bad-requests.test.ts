import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { anUpload, aRegisteredUser, publish, unique } from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';
import { sendRaw } from './raw-http.ts';

const api = await apiUnderTest();

describe('I10: a body that is not what it says gets its problem, whichever service it is for', () => {
  const routes = [
    ['POST', '/v1/users'],
    ['POST', '/v1/sessions'],
    ['POST', '/v1/uploads'],
  ] as const;
  const json = { 'content-type': 'application/json' };
  const cases: [
    string,
    { body: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> },
    number,
    string,
  ][] = [
    ['cut short', { body: '{"username": "ann', headers: json }, 400, 'request.malformed_json'],
    ['with something after the end', { body: '{} {}', headers: json }, 400, 'request.malformed_json'],
    ['not UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22), headers: json }, 400, 'request.malformed_json'],
    ['with a byte order mark', { body: '\ufeff{}', headers: json }, 400, 'request.malformed_json'],
    [
      'that reaches for the prototype',
      { body: '{"__proto__": {"a": 1}}', headers: json },
      400,
      'request.malformed_json',
    ],
    [
      'said to be text',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'request.unsupported_media_type',
    ],
    [
      'said to be a form',
      { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'request.unsupported_media_type',
    ],
    [
      'said to be UTF-16',
      { body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'request.unsupported_media_type',
    ],
    [
      'said to be compressed',
      { body: '{}', headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'request.unsupported_media_type',
    ],
    [
      'of two megabytes',
      { body: JSON.stringify({ a: 'x'.repeat(2 ** 21) }), headers: json },
      413,
      'request.too_large',
    ],
    ['that is an array', { body: '[]', headers: json }, 422, 'request.invalid'],
    ['with an unknown field', { body: '{"role": "admin"}', headers: json }, 422, 'request.invalid'],
  ];
  const table = routes.flatMap(([method, route]) =>
    cases.map(([what, request, status, code]) => [method, route, what, request, status, code] as const),
  );

  it.each(table)('%s %s with a body %s', async (method, route, _what, request, status, code) => {
    const { token } = await sharedUser();
    expectProblem(await api.call({ method, path: route, token, ...request }), status, code);
  });
});

describe('I10: paths and methods', () => {
  it.each([
    '/v1/nothing',
    '/v1/assets/asset_x/nothing',
    '/v1/users/me/',
    '/v1//users',
    '/v2/users',
    '/metrics',
    '/.env',
  ])('%s: nothing is there', async (unknown) => {
    expectProblem(await api.call({ method: 'GET', path: unknown }), 404, 'request.not_found');
  });

  it.each([
    ['a NUL', '/v1/assets/%00'],
    ['a NUL at the end', '/v1/assets/asset_01jd3k5w6he0rtgq5h2tqf7zqk%00'],
    ['an escape that is none', '/v1/assets/%zz'],
    ['an escape that is no UTF-8', '/v1/assets/%ff'],
    ['a climb', '/v1/assets/..%2f..%2fusers%2fme'],
    ['a climb, escaped twice', '/v1/assets/%252e%252e%2fusers'],
    ['an id of 8 kB', `/v1/assets/${'a'.repeat(8_000)}`],
    ["another kind's id", '/v1/assets/user_01jd3k5w6he0rtgq5h2tqf7zqk'],
    ['an id that nobody has', '/v1/assets/asset_01jd3k5w6he0rtgq5h2tqf7zqk'],
  ])('a path with %s: refused, and never a fault', async (_what, odd) => {
    const head = `GET ${odd} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
    const answer = await sendRaw(inject('productUrl'), head);
    expect([400, 404, 414, 422, 431]).toContain(answer.status);
    expect(answer.contentType).toBe('application/problem+json');
  });

  it.each([
    ['DELETE', '/v1/users', 'POST'],
    ['PUT', '/v1/uploads', 'POST'],
    ['POST', '/v1/limits', 'GET'],
    ['POST', '/v1/assets', 'GET'],
  ])('%s %s: not supported, and the answer says what is', async (method, route, allowed) => {
    const answer = await api.call({ method, path: route });
    expectProblem(answer, 405, 'request.method_not_allowed');
    expect(answer.headers.get('allow')).toContain(allowed);
  });
});

describe('I10: what does not even parse as HTTP', () => {
  const head = 'GET /v1/limits HTTP/1.1\r\n';
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['two hosts', `${head}host: a\r\nhost: b\r\nconnection: close\r\n\r\n`, 400],
    ['a folded header', `${head}host: a\r\nx-a: b\r\n c\r\n\r\n`, 400],
    ['a space before the colon', `${head}host : a\r\n\r\n`, 400],
    ['a header of 20 kB', `${head}host: a\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length and chunks',
      'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s', async (_what, text, status) => {
    const answer = await sendRaw(inject('productUrl'), text);
    expect(answer).toMatchObject({ status, contentType: 'application/problem+json' });
    expect(JSON.parse(answer.body)).toMatchObject({ status, code: expect.stringMatching(/^request\./) });
  });
});

describe('I9, I11: sign-up, sign-in and tokens', () => {
  it('a taken name is told, in any spelling, and its account stays as it was', async () => {
    const handle = unique('Größe');
    const first = await aRegisteredUser(api, handle);
    for (const spelling of [handle, handle.toUpperCase(), handle.normalize('NFD'), ` ${handle} `]) {
      const json = { username: spelling, password: 'another long password' };
      expectProblem(await api.call({ method: 'POST', path: '/v1/users', json }), 409, 'user.username_taken');
    }
    expect(await api.me(first.token)).toMatchObject({ asin: first.asin, username: handle });
  });

  it('sign-in tells nothing: an unknown name and a wrong password get the same answer', async () => {
    const { username } = await aRegisteredUser(api);
    const attempts = await Promise.all(
      [username, unique('nobody')].map((name) =>
        api.call({
          method: 'POST',
          path: '/v1/sessions',
          json: { username: name, password: 'not the password' },
        }),
      ),
    );
    for (const attempt of attempts) expectProblem(attempt, 401, 'auth.invalid_credentials');
    const [known, unknown] = attempts.map(({ body }) => Object.entries(body as object));
    const isId = ([name]: [string, unknown]) => name === 'request_id';
    expect(known?.filter((field) => !isId(field))).toEqual(unknown?.filter((field) => !isId(field)));
  });

  it.each([
    ['a password that is too short', { password: 'xyzzy12' }, '/password'],
    ['a password that is too long', { password: 'x'.repeat(129) }, '/password'],
    ['a name with a colon', { username: 'a:bcd' }, '/username'],
    ['a name of spaces', { username: '      ' }, '/username'],
  ])('%s', async (_what, changes, field) => {
    const json = { username: unique('user'), password: 'a long password', ...changes };
    const answer = await api.call({ method: 'POST', path: '/v1/users', json });
    expectProblem(answer, 422, 'request.invalid');
    expect((answer.body as { errors: { field: string }[] }).errors[0]?.field).toBe(field);
    expect(JSON.stringify(answer.body)).not.toContain(json.password);
  });

  it('a token counts in its header alone, and only as it was signed', async () => {
    const { token } = await aRegisteredUser(api);
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(
      JSON.stringify({ ...claims, sub: 'user_01jd3k5w6he0rtgq5h2tqf7zqk' }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const me = { method: 'GET', path: '/v1/users/me' };
    for (const bad of [
      `${head}.${forged}.${signature}`,
      `${none}.${body}.`,
      `${token}x`,
      'x'.repeat(9_000),
      'a.b.c',
    ]) {
      expectProblem(await api.call({ ...me, token: bad }), 401, 'auth.invalid_token');
    }
    expectProblem(
      await api.call({ method: 'GET', path: `/v1/users/me?access_token=${token}` }),
      401,
      'auth.required',
    );
    expectProblem(await api.call({ ...me, headers: { cookie: `token=${token}` } }), 401, 'auth.required');
  });
});

describe('I11: logs', () => {
  it('hold no password, no token and no presigned URL of what has just been done', async (context) => {
    const folder = inject('dataFolder');
    if (folder === undefined || inject('isTarget'))
      return context.skip('needs the logs of a product of our own');
    const owner = await aRegisteredUser(api);
    const { asset, declared } = await publish(api, owner, await anUpload());
    const granted = await api.downloadUrl(asset.asset_location);
    await api.call({ method: 'GET', path: `/v1/limits?password=${owner.password}&token=${owner.token}` });
    await api.call({
      method: 'POST',
      path: '/v1/sessions',
      json: { username: owner.username, password: 'wrong one' },
    });

    const logs = path.join(folder, 'logs');
    const names = await readdir(logs);
    const text = (await Promise.all(names.map((name) => readFile(path.join(logs, name), 'utf8')))).join('\n');
    const signatures = [granted, ...declared.files.map((file) => file.put?.url ?? '')].map(
      (url) => new URL(url).searchParams.get('X-Amz-Signature') ?? '',
    );
    expect(text).toContain('"request"');
    for (const secret of [owner.password, owner.token, owner.token.split('.')[2] ?? '', ...signatures]) {
      expect(secret.length).toBeGreaterThan(8);
      expect(text.includes(secret)).toBe(false);
    }
  });
});

let user: ReturnType<typeof aRegisteredUser> | undefined;
const sharedUser = () => (user ??= aRegisteredUser(api));
