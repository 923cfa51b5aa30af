import { Validator } from '@seriousme/openapi-schema-validator';
import type { RunningServer } from '@cairn/shared/http/serve';
import { afterEach, describe, expect, it } from 'vitest';
import { send } from './client.harness.ts';
import { NOWHERE, startGateway, type TestGateway } from './gateway.harness.ts';
import { startSampleService } from './sample-service.harness.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function gatewayTo(services: {
  auth?: string;
  catalog?: string;
  ingest?: string;
}): Promise<TestGateway> {
  const gateway = await startGateway({ upstreams: services });
  cleanUps.push(() => gateway.stop());
  return gateway;
}

async function sample(
  ...args: Parameters<typeof startSampleService>
): Promise<RunningServer & { url: string }> {
  const server = await startSampleService(...args);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= server.close());
  cleanUps.push(close);
  return { port: server.port, close, url: `http://127.0.0.1:${server.port}` };
}

const auth = () =>
  sample('auth', [
    { operationId: 'PostCreateUser', method: 'post', path: '/v1/users', tag: 'Accounts' },
    { operationId: 'GetJwks', method: 'get', path: '/.well-known/jwks.json', tag: 'Keys' },
  ]);
const ingest = () =>
  sample('ingest', [
    { operationId: 'CreateUpload', method: 'post', path: '/v1/uploads', tag: 'Uploads' },
    { operationId: 'GetUpload', method: 'get', path: '/v1/uploads/{upload_id}', tag: 'Uploads' },
  ]);
const catalog = () =>
  sample('catalog', [
    { operationId: 'SearchAssets', method: 'get', path: '/v1/assets', tag: 'Assets' },
    { operationId: 'GetAsset', method: 'get', path: '/v1/assets/{asin}', tag: 'Assets' },
  ]);

interface Document {
  openapi: string;
  servers: unknown;
  tags: { name: string }[];
  paths: Record<string, unknown>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

describe('/openapi.json', () => {
  it('is one valid OpenAPI 3.1 document of all services', async () => {
    const [a, c, i] = await Promise.all([auth(), catalog(), ingest()]);
    const gateway = await gatewayTo({ auth: a.url, catalog: c.url, ingest: i.url });
    const answer = await send(gateway, '/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    const document = answer.json() as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toEqual([{ url: 'http://api.cairn.test' }]);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/.well-known/jwks.json',
      '/v1/assets',
      '/v1/assets/{asin}',
      '/v1/uploads',
      '/v1/uploads/{upload_id}',
      '/v1/users',
    ]);
    expect(document.tags.map(({ name }) => name).sort()).toEqual(['Accounts', 'Assets', 'Keys', 'Uploads']);
    expect(Object.keys(document.components.schemas).sort()).toEqual(['Problem', 'Thing']);
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(['basic', 'bearer']);
    const { valid, errors } = await new Validator().validate(answer.json() as Record<string, unknown>);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('is a 503 while a service has never told its part, and there once it has', async () => {
    const [a, c] = await Promise.all([auth(), catalog()]);
    const gateway = await gatewayTo({ auth: a.url, catalog: c.url, ingest: NOWHERE });
    const answer = await send(gateway, '/openapi.json');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ code: 'service.unavailable' });
  });

  it('is given out from memory while a service is away', async () => {
    const [a, c, i] = await Promise.all([auth(), catalog(), ingest()]);
    const gateway = await gatewayTo({ auth: a.url, catalog: c.url, ingest: i.url });
    const first = await send(gateway, '/openapi.json');
    await i.close();
    const second = await send(gateway, '/openapi.json');
    expect([second.status, second.text]).toEqual([200, first.text]);
  });
});
