import { parseConfig } from '@cairn/shared/config/parse-config';
import { describe, expect, it } from 'vitest';
import { gatewayConfig } from './config.ts';

const required = {
  PORT: '8080',
  PUBLIC_URL: 'https://api.example/',
  AUTH_URL: 'http://127.0.0.1:1',
  CATALOG_URL: 'http://127.0.0.1:2',
  INGEST_URL: 'http://127.0.0.1:3',
};
const parse = (more: Record<string, string> = {}) => parseConfig(gatewayConfig, { ...required, ...more });

describe("the gateway's environment", () => {
  it('needs addresses only', () => {
    expect(parse()).toMatchObject({
      PUBLIC_URL: 'https://api.example',
      CORS_ORIGINS: [],
      TRUSTED_PROXIES: [],
      RATE_LIMIT_GENERAL: { requests: 200, windowSeconds: 1 },
      RATE_LIMIT_REGISTRATION: { requests: 10, windowSeconds: 60 },
    });
  });

  it('takes lists with commas or spaces, and limits as requests in seconds', () => {
    const config = parse({
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUSTED_PROXIES: '10.0.0.0/8 ::1',
      RATE_LIMIT_GENERAL: '5/10s',
      RATE_LIMIT_UPLOAD: 'off',
    });
    expect(config.CORS_ORIGINS).toEqual(['https://a.example', 'http://localhost:5173']);
    expect(config.TRUSTED_PROXIES).toEqual(['10.0.0.0/8', '::1']);
    expect(config.RATE_LIMIT_GENERAL).toEqual({ requests: 5, windowSeconds: 10 });
    expect(config.RATE_LIMIT_UPLOAD).toBeUndefined();
  });

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'a.example'],
    ['TRUSTED_PROXIES', 'proxy.internal'],
    ['RATE_LIMIT_GENERAL', '100'],
    ['RATE_LIMIT_GENERAL', '0/1s'],
    ['RATE_LIMIT_GENERAL', ''],
    ['AUTH_URL', 'ftp://x'],
    ['MAX_BODY_BYTES', '-1'],
  ])('does not take %s=%s', (name, value) => {
    expect(() => parse({ [name]: value })).toThrow(name);
  });
});
