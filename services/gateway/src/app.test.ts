import { parseConfig } from '@cairn/shared/config/parse-config';
import { silentLogger } from '@cairn/shared/logging/logger';
import { describe, expect, it } from 'vitest';
import { composeGateway } from './compose.ts';
import { gatewayConfig } from './config.ts';

const config = parseConfig(gatewayConfig, {
  PORT: '0',
  PUBLIC_URL: 'https://api.example',
  AUTH_URL: 'http://127.0.0.1:1',
  CATALOG_URL: 'http://127.0.0.1:1',
  INGEST_URL: 'http://127.0.0.1:1',
});

describe("the gateway's own resources", () => {
  const { app } = composeGateway(config, silentLogger());

  it('link to each other below the public address', async () => {
    const answer = await app.request('/');
    expect(await answer.json()).toMatchObject({
      links: { openapi: 'https://api.example/openapi.json', assets: 'https://api.example/v1/assets' },
    });
  });

  it('are told as unavailable with a problem while no service can be asked', async () => {
    const answer = await app.request('/openapi.json');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  });
});
