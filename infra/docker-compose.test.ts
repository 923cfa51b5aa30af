import { readFileSync } from 'node:fs';
import { assetEventsTopicArn, serviceEnvironment } from './environment.ts';
import type { ServiceName } from './resource-types.ts';
import { buckets } from './resources.ts';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'), {
  merge: true,
}) as { services: Record<ServiceName, { environment: Record<string, string> }> };

const addresses = {
  publicUrl: 'http://127.0.0.1:8080',
  authUrl: 'http://auth:8080',
  catalogUrl: 'http://catalog:8080',
  ingestUrl: 'http://ingest:8080',
  s3PublicUrl: 'http://127.0.0.1:4566',
  mediaUrl: `http://127.0.0.1:4566/${buckets.media.name}`,
  assetEventsTopicArn: assetEventsTopicArn('us-east-1', '000000000000'),
  signingKeysFile: '/var/lib/cairn/signing-keys.json',
};

it.each(['auth', 'catalog', 'ingest', 'gateway'] as const)(
  'the containers give %s what infra/environment.ts says, and nothing else but the variables of AWS',
  (service) => {
    const given = Object.entries(compose.services[service].environment);
    expect(Object.fromEntries(given.filter(([name]) => !name.startsWith('AWS_')))).toEqual(
      serviceEnvironment(service, addresses),
    );
  },
);
