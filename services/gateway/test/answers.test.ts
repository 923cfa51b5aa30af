import { describe, expect, it } from 'vitest';
import { send } from './client.harness.ts';
import { startGateway } from './gateway.harness.ts';
import { useServices } from './services.harness.ts';
import { jsonAnswer, startUpstream } from './upstream.harness.ts';

const { gateway, addresses, received } = useServices();

describe('what comes back', () => {
  it('passes end-to-end headers and takes the rest off', async () => {
    const talkative = await startUpstream(
      jsonAnswer(
        {},
        {
          etag: '"1"',
          location: 'http://elsewhere.example/',
          'cache-control': 'no-store',
          vary: 'Accept',
          server: 'nginx/1.0',
          'x-powered-by': 'Express',
          'x-request-id': 'theirs-theirs',
          'keep-alive': 'timeout=5',
          connection: 'x-hop, keep-alive',
          'x-hop': '1',
          'access-control-allow-origin': '*',
          'access-control-allow-credentials': 'true',
          'content-security-policy': "default-src 'self'",
          'strict-transport-security': 'max-age=1',
        },
      ),
    );
    const other = await startGateway({ upstreams: { catalog: talkative.url } });
    const { headers } = await send(other, '/v1/assets', { headers: { 'x-request-id': 'my-request-1' } });
    const { date, connection, ...rest } = headers;
    expect(rest).toEqual({
      'content-type': 'application/json',
      'content-length': '2',
      etag: '"1"',
      location: 'http://elsewhere.example/',
      'cache-control': 'no-store',
      vary: 'Accept, Origin',
      'x-request-id': 'my-request-1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(date).toBeDefined();
    expect(connection).toBe('close');
    await other.stop();
    await talkative.close();
  });

  it('hands a redirect to the client and does not follow it', async () => {
    const target = await startUpstream(jsonAnswer());
    const redirecting = await startUpstream((_, response) => {
      response.writeHead(302, { location: `${target.url}/v1/assets`, 'content-length': '0' }).end();
    });
    const other = await startGateway({ upstreams: { catalog: redirecting.url } });
    const answer = await send(other, '/v1/assets/asset_1/download');
    expect([answer.status, answer.headers.location]).toEqual([302, `${target.url}/v1/assets`]);
    expect(target.received).toEqual([]);
    await other.stop();
    await redirecting.close();
    await target.close();
  });

  it.each([
    ['a 204', 204, {}],
    ['a 304', 304, { etag: '"1"' }],
  ] as const)('passes %s without a body', async (_, status, headers) => {
    const empty = await startUpstream((_, response) => void response.writeHead(status, headers).end());
    const other = await startGateway({ upstreams: { catalog: empty.url } });
    const answer = await send(other, '/v1/assets/asset_1');
    expect(answer).toMatchObject({ status, text: '' });
    await other.stop();
    await empty.close();
  });

  it("passes the service's own problem as it is", async () => {
    const problem = { type: 'urn:cairn:problem:asset.not_found', code: 'asset.not_found', status: 404 };
    const refusing = await startUpstream((_, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    const other = await startGateway({ upstreams: { catalog: refusing.url } });
    const answer = await send(other, '/v1/assets/asset_1');
    expect([answer.status, answer.json()]).toEqual([404, problem]);
    await other.stop();
    await refusing.close();
  });

  it('says how long an anonymous answer may be cached where the table says so and the service does not', async () => {
    const cached = await send(gateway(), '/.well-known/jwks.json');
    const signedIn = await send(gateway(), '/.well-known/jwks.json', {
      headers: { authorization: 'Bearer t' },
    });
    const other = await send(gateway(), '/v1/assets');
    expect(cached.headers['cache-control']).toBe('public, max-age=300');
    expect(signedIn.headers['cache-control']).toBeUndefined();
    expect(other.headers['cache-control']).toBeUndefined();
  });

  it('carries HSTS only where clients come by https', async () => {
    const secure = await startGateway({
      upstreams: addresses(),
      env: { PUBLIC_URL: 'https://api.cairn.test' },
    });
    for (const path of ['/v1/assets', '/', '/nothing']) {
      const answer = await send(secure, path);
      expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['x-request-id']).toBeDefined();
      expect(answer.headers.vary).toBe('Origin');
    }
    expect(received().at(-1)?.headers['x-forwarded-proto']).toBe('https');
    await secure.stop();
  });
});
