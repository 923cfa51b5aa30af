import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceEnvironment, type Addresses } from '../environment.ts';
import type { ServiceName } from '../resource-types.ts';
import { buckets } from '../resources.ts';
import { startFaults, type Faults, type FaultsOptions } from './faults/start-faults.ts';
import { startLocalStack, type LocalStack } from './stack.ts';

export interface TestStack {
  readonly addresses: Addresses;
  readonly local: LocalStack;
  /** What a service's `parseConfig` takes; `changes` for what the test itself runs, such as a JWKS. */
  environmentFor(service: ServiceName, changes?: Partial<Addresses>): Record<string, string>;
  /** Stops it, removes its folder and puts process.env back. */
  close(): Promise<void>;
}

export interface FaultyTestStack extends TestStack {
  readonly faults: Faults;
}

/**
 * The embedded stack for one test file: a folder of its own, free ports, everything of resources.ts made,
 * and the SDK's AWS_* variables in process.env, so that clients made after it go there; with `faults`, they
 * go through the fault layer.
 */
export async function startTestStack(): Promise<TestStack>;
export async function startTestStack(options: { faults: true | FaultsOptions }): Promise<FaultyTestStack>;
export async function startTestStack(
  options: { faults?: true | FaultsOptions } = {},
): Promise<TestStack & { faults?: Faults }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cairn-test-'));
  const local = await startLocalStack({ dataDir });
  const faults =
    options.faults === undefined
      ? undefined
      : await startFaults(local, options.faults === true ? {} : options.faults);
  const restoreEnvironment = setEnvironment((faults ?? local).environment);
  const { s3Url } = (faults ?? local).connection;
  const addresses: Addresses = {
    publicUrl: 'http://cairn.test',
    authUrl: 'http://auth.test',
    catalogUrl: 'http://catalog.test',
    ingestUrl: 'http://ingest.test',
    s3PublicUrl: s3Url,
    mediaUrl: `${s3Url}/${buckets.media.name}`,
    assetEventsTopicArn: local.assetEventsTopicArn,
    signingKeysFile: join(dataDir, 'signing-keys.json'),
  };
  return {
    addresses,
    local,
    ...(faults === undefined ? {} : { faults }),
    environmentFor: (service, changes) => ({
      ...serviceEnvironment(service, { ...addresses, ...changes }),
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
    }),
    async close() {
      restoreEnvironment();
      await faults?.close();
      await local.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The variables, and none of those by which the SDK would take other credentials than these. */
function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const names = [...Object.keys(variables), 'AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_DEFAULT_REGION'];
  const before = names.map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of names) set(name, variables[name]);
  return () => {
    for (const [name, value] of before) set(name, value);
  };
}
