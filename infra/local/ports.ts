import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import type { ServiceName } from '../resource-types.ts';
import { LOOPBACK } from './loopback.ts';
import { UserError } from './user-error.ts';

export type MetricsPortName = `${ServiceName}_metrics`;
export type PortName = ServiceName | MetricsPortName | 's3' | 'dynamodb' | 'messaging';
export type Ports = Readonly<Record<PortName, number>>;

export const DEFAULT_PORTS: Ports = {
  gateway: 8080,
  auth: 8081,
  catalog: 8082,
  ingest: 8083,
  s3: 8084,
  dynamodb: 8085,
  messaging: 8086,
  gateway_metrics: 8090,
  auth_metrics: 8091,
  catalog_metrics: 8092,
  ingest_metrics: 8093,
};

const PORT_NAMES = Object.keys(DEFAULT_PORTS) as PortName[];
const LABELS: Record<PortName, string> = {
  gateway: 'the API',
  auth: 'auth',
  catalog: 'catalog',
  ingest: 'ingest',
  s3: 'S3',
  dynamodb: 'DynamoDB',
  messaging: 'SQS and SNS',
  gateway_metrics: 'metrics of the gateway',
  auth_metrics: 'metrics of auth',
  catalog_metrics: 'metrics of catalog',
  ingest_metrics: 'metrics of ingest',
};

/** The documented ports, the API's moved to `apiPort`; a taken one is told in one sentence. */
export async function fixedPorts(apiPort: number = DEFAULT_PORTS.gateway): Promise<Ports> {
  const ports = { ...DEFAULT_PORTS, gateway: apiPort };
  for (const name of PORT_NAMES) {
    if (PORT_NAMES.some((other) => other !== name && ports[other] === ports[name])) {
      throw new UserError(`Port ${apiPort} is used inside the stack; choose another --port.`);
    }
    await checkFree(name, ports[name]);
  }
  return ports;
}

/**
 * Ports that are free now. They lie below the range from which systems take the ports of outgoing
 * connections, or such a connection could take one before its service listens on it, or while it restarts.
 */
export async function freePorts(apiPort?: number): Promise<Ports> {
  if (apiPort !== undefined) await checkFree('gateway', apiPort);
  const taken = new Set(apiPort === undefined ? [] : [apiPort]);
  const next = async (): Promise<number> => {
    for (;;) {
      const port = randomInt(15_000, 32_000);
      if (taken.has(port) || (await whyNot(port)) !== undefined) continue;
      taken.add(port);
      return port;
    }
  };
  const entries: [PortName, number][] = [];
  for (const name of PORT_NAMES) entries.push([name, await next()]);
  const picked = Object.fromEntries(entries) as Ports;
  return { ...picked, gateway: apiPort ?? picked.gateway };
}

async function checkFree(name: PortName, port: number): Promise<void> {
  const refusal = await whyNot(port);
  if (refusal === undefined) return;
  const reason = refusal === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${refusal})`;
  const way = name === 'gateway' ? 'choose another with --port N' : 'take any free ones with --free-ports';
  throw new UserError(`Port ${port} (${LABELS[name]}) ${reason}: stop what listens there, or ${way}.`);
}

function whyNot(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(undefined)));
  });
}
