import * as fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWN_PATHS } from '../src/http/admit-request.ts';
import { ROUTES, UPSTREAMS } from '../src/routing-table.ts';
import { sendRaw, statusOf } from './client.harness.ts';
import { startGateway, type TestGateway } from './gateway.harness.ts';
import { jsonAnswer, startUpstream, type FakeUpstream } from './upstream.harness.ts';

let gateway: TestGateway;
const services: Record<string, FakeUpstream> = {};

/** How a service that is made with the same framework would route what it receives. */
const oracle = new Hono();
for (const { path, service } of ROUTES) {
  oracle.all(path.replace('{proxy+}', ':step{.+}').replaceAll(/\{([a-z_]+)\}/g, ':$1'), (c) =>
    c.text(service),
  );
}

beforeAll(async () => {
  for (const name of UPSTREAMS) services[name] = await startUpstream(jsonAnswer());
  gateway = await startGateway({
    upstreams: Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url])),
  });
});
afterAll(async () => {
  await gateway.stop();
  for (const service of Object.values(services)) await service.close();
});
beforeEach(() => {
  for (const service of Object.values(services)) service.received.length = 0;
});

function takeReceived(): { service: string; url: string }[] {
  return Object.entries(services).flatMap(([service, { received }]) =>
    received.splice(0).map(({ url = '' }) => ({ service, url })),
  );
}

/** More of them in `npm run test:long`. */
const RUNS = process.env['TEST_DEPTH'] === 'long' ? 5_000 : 1_000;

const isOwn = (target: string) => OWN_PATHS.has(target.split('?')[0] ?? '');
const ask = (target: string) => sendRaw(gateway, `GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`);

const REFUSED = [
  '/v1/users/%2e%2e/keys',
  '/v1/users/..%2fkeys',
  '/v1/users/%2E./keys',
  '/v1/users/../keys',
  '/v1/users/./me',
  '/v1/users/..',
  '/v1/users/me/.',
  '/v1/users%2fme',
  '/v1/users/%2fme',
  '/v1/users/%5c..%5ckeys',
  '/v1/users\\me',
  '/v1\\..\\healthz',
  '/v1/users/%00',
  '/v1/users/me%0d%0a',
  '/v1/users/%7f',
  '/v1//users',
  '//v1/users',
  '//evil.example/v1/users',
  '/v1/users//me',
  '/v1/users/%252e%252e',
  '/v1/users/%25',
  '/v1/users/log%69n',
  '/v1/%75sers',
  '/%76%31/users',
  '/v1/users/..;/keys',
  '/v1/users;x=y/me',
  '/v1/users/%3bx',
  '/v1/users/%zz',
  '/v1/users/%',
  '/v1/users/%f',
  '/v1/users/%ff',
  '/v1/users/%c3',
  '/v1/users/%c0%ae',
  '/v1/users/%ed%a0%80',
  '/v1/users/%u002e',
  '/v1/users/é',
  '/v1/users/"x"',
  '/v1/users/<x>',
  '/v1/users/{proxy+}',
  '/v1/users/a|b',
  '/v1/users/a^b',
  '/v1/users/`',
  `/v1/users/${'a'.repeat(2_100)}`,
  `/v1/assets?q=${'a'.repeat(8_200)}`,
  '/v1/assets?q=%ff',
  '/v1/assets?q=%',
  '/v1/assets?q=é',
  '*',
];

/** Pieces of paths; the first odd one is empty. */
const PLAIN =
  'users login me sessions keys uploads limits assets tags asset_01 1.0.0 .well-known healthz openapi.json metrics jwks.json x ... ..a a:b ~ %c3%a9'.split(
    ' ',
  );
const ODD =
  ' . .. %2e %2E%2e .%2e %2f %2F %5c \\ %00 %0a %252e %252f ; ..; %3b % %zz %ff %61ssets asset%73 %76%31 V1 USERS %7e | {x} é %3f %23 # ? ?x=/v1/keys ?%2e%2e %20 %e2%80%ae %c0%af %u002f * & @'.split(
    ' ',
  );

describe('the spelling of a path', () => {
  it.each(REFUSED)('%s is refused, and no service is asked', async (target) => {
    const answer = await ask(target);
    expect([400, 404]).toContain(statusOf(answer));
    expect(answer).toContain('application/problem+json');
    expect(takeReceived()).toEqual([]);
  });

  it.each([
    '/v1/users/a%20b',
    '/v1/users/%C3%A9',
    "/v1/users/a:b@c!$&'()*+,=~-._",
    '/v1/users/a%40b%3F%23',
    '/v1/users/...',
    '/v1/users/..a',
    '/v1/users/a/',
    '/v1/users/me?next=/../..//%2e%2e%2f',
    '/v1/users/me?',
    '/v1/users/me?a=1?b=2&c[]="x"',
  ])('%s is passed on as it is', async (target) => {
    expect(statusOf(await ask(target))).toBe(200);
    expect(takeReceived()).toEqual([{ service: 'auth', url: target }]);
  });

  it('is read by the gateway as by whoever receives it, or refused', async () => {
    const piece = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...PLAIN) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD) },
    );
    const joint = fc.oneof(
      { weight: 9, arbitrary: fc.constant('/') },
      { weight: 1, arbitrary: fc.constantFrom('', '//') },
    );
    const start = fc.oneof(
      { weight: 5, arbitrary: fc.constant('/v1/') },
      { weight: 1, arbitrary: fc.constantFrom('/', '//', '/%2f', '', '/./', '/../', '/.well-known/', '/v1') },
    );
    const target = fc
      .tuple(start, piece, fc.array(fc.tuple(joint, piece), { maxLength: 3 }))
      .map(([head, first, rest]) => head + first + rest.flat().join(''));

    let forwarded = 0;
    await fc.assert(
      fc.asyncProperty(target, async (spelled) => {
        const status = statusOf(await ask(spelled));
        const received = takeReceived();
        if (isOwn(spelled)) return received.every(({ url }) => url === '/openapi.json');
        if (received.length === 0) return status === 400 || status === 404;
        forwarded += 1;
        expect(received).toHaveLength(1);
        const [{ service, url } = { service: '', url: '' }] = received;
        expect(url).toBe(spelled);
        const path = url.split('?')[0] ?? '';
        expect(new URL(url, 'http://x').pathname).toBe(path);
        expect(decodeURIComponent(path).split('/')).toHaveLength(path.split('/').length);
        expect(await (await oracle.request(`http://x${url}`)).text()).toBe(service);
        return true;
      }),
      { numRuns: RUNS },
    );
    expect(forwarded).toBeGreaterThan(RUNS / 25);
  }, 60_000);
});
