import { describe, expect, it } from 'vitest';
import { send } from './client.harness.ts';
import { startGateway } from './gateway.harness.ts';
import { useServices } from './services.harness.ts';

const { gateway, addresses, received } = useServices();

describe('what a client may say of itself', () => {
  it('replaces every header by which a service could be told who asks and from where', async () => {
    const spoofed = {
      'X-Forwarded-For': '6.6.6.6',
      'x-forwarded-proto': 'gopher',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Port': '666',
      X_Forwarded_For: '6.6.6.6',
      X_User_Id: 'admin',
      Forwarded: 'for=6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      'X-User-Id': 'admin',
      'X-Role': 'admin',
      'X-Internal': '1',
      'X-Internal-Auth': '1',
      'X-Original-URL': '/v1/users',
      'X-HTTP-Method-Override': 'DELETE',
      Via: '1.1 evil',
    };
    await send(gateway(), '/v1/assets', {
      headers: { ...spoofed, 'X-Kept': 'yes', Authorization: 'Bearer t' },
    });
    const { host, connection, 'x-request-id': requestId, ...headers } = received().at(-1)?.headers ?? {};
    expect(headers).toEqual({
      'x-kept': 'yes',
      authorization: 'Bearer t',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'api.cairn.test',
    });
    expect(host).toBe(new URL(addresses().catalog ?? '').host);
    expect(connection).toBe('keep-alive');
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes hop-by-hop headers and those that Connection names off the request', async () => {
    await send(gateway(), '/v1/assets', {
      headers: {
        Connection: 'close, X-Secret-Hop, X-Forwarded-For, X-Request-Id',
        'Keep-Alive': 'timeout=5',
        'Proxy-Authorization': 'Basic x',
        'Proxy-Connection': 'keep-alive',
        TE: 'trailers',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
        'X-Secret-Hop': '1',
      },
    });
    const names = Object.keys(received().at(-1)?.headers ?? {}).sort();
    expect(names).toEqual([
      'connection',
      'host',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-request-id',
    ]);
  });

  it('keeps an acceptable request id, replaces any other, and tells it to both sides', async () => {
    const kept = await send(gateway(), '/v1/assets', { headers: { 'x-request-id': 'my-request-1' } });
    expect([kept.headers['x-request-id'], received().at(-1)?.headers['x-request-id']]).toEqual([
      'my-request-1',
      'my-request-1',
    ]);
    const replaced = await send(gateway(), '/v1/assets', { headers: { 'x-request-id': 'a "b"' } });
    expect(replaced.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(received().at(-1)?.headers['x-request-id']).toBe(replaced.headers['x-request-id']);
  });

  it('believes X-Forwarded-For from a trusted proxy, up to the first address that is none', async () => {
    const other = await startGateway({
      upstreams: addresses(),
      env: { TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' },
    });
    await send(other, '/v1/assets', { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.2.3' } });
    expect(received().at(-1)?.headers['x-forwarded-for']).toBe('203.0.113.9');
    await other.stop();
  });
});
