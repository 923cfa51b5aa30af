import { parseConfig } from '@cairn/shared/config/parse-config';
import { serviceEnvironment } from '@cairn/infra/environment';
import { expect, test } from 'vitest';
import { authConfig } from './config.ts';

const environment = {
  ...serviceEnvironment('auth', {
    publicUrl: 'http://api.test',
    authUrl: 'http://auth.test',
    catalogUrl: 'http://catalog.test',
    ingestUrl: 'http://ingest.test',
    s3PublicUrl: 'http://s3.test',
    mediaUrl: 'http://media.test',
    assetEventsTopicArn: 'arn:aws:sns:us-east-1:000000000000:asset-events',
    signingKeysFile: 'signing-keys.json',
  }),
  PORT: '0',
};

test('the environment that infra describes is enough', () => {
  expect(parseConfig(authConfig, environment)).toMatchObject({
    HOST: '127.0.0.1',
    TOKEN_ISSUER: 'http://api.test',
    ACCESS_TOKEN_SECONDS: 600,
    PASSWORD_HASH_QUEUE: 64,
  });
});

test('every variable is described', () => {
  for (const field of Object.values(authConfig)) expect(field.description).toMatch(/\w/);
});

test('a bad variable is named without its value', () => {
  const bad = { ...environment, PASSWORD_HASH_CONCURRENCY: 'lots-of-them', USERS_TABLE: '' };
  expect(() => parseConfig(authConfig, bad)).toThrow(
    /USERS_TABLE is not valid[^]*PASSWORD_HASH_CONCURRENCY is not valid/,
  );
  expect(() => parseConfig(authConfig, bad)).not.toThrow(/lots-of-them/);
});
