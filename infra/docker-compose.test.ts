import { readFileSync } from 'node:fs';
import { assetEventsTopicArn, serviceEnvironment } from './environment.ts';
import type { ServiceName } from './resource-types.ts';
import { buckets } from './resources.ts';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');
// As when nothing is said: `${NAME:-default}`.
const compose = parse(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true }) as {
  services: Record<ServiceName, { environment: Record<string, string> }>;
};

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
  'the containers give %s what infra/environment.ts says, and nothing else but the variables of AWS and limits',
  (service) => {
    const given = Object.entries(compose.services[service].environment);
    expect(Object.fromEntries(given.filter(([name]) => !/^(AWS|RATE_LIMIT)_/.test(name)))).toEqual(
      serviceEnvironment(service, addresses),
    );
  },
);
