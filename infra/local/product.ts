import type { AwsConnection } from '../aws-clients.ts';
import { serviceEnvironment, type Addresses } from '../environment.ts';
import type { ServiceName } from '../resource-types.ts';
import { buckets } from '../resources.ts';
import { awsEnvironment } from './aws-environment.ts';
import type { DataDirectory } from './data-directory.ts';
import { dataFault } from './data-fault.ts';
import { LOOPBACK, loopbackUrl } from './loopback.ts';
import type { Ports } from './ports.ts';
import { startLocalStack, type LocalStack } from './stack.ts';
import { startSupervisor, type Supervisor } from './supervisor.ts';

export interface Product {
  readonly addresses: Addresses;
  readonly stack: LocalStack;
  readonly supervisor: Supervisor;
  /** The gateway, the other services, the stack. */
  stop(graceMs: number): Promise<void>;
}

export interface ProductOptions {
  readonly data: DataDirectory;
  readonly ports: Ports;
  readonly entryOf: (service: ServiceName) => string;
  /** More variables for every service. */
  readonly env: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  /** Where the services and their clients find AWS, when that is not the stack itself: the fault layer. */
  readonly through?: (stack: LocalStack) => Promise<AwsConnection>;
}

const SERVICES: readonly ServiceName[] = ['auth', 'catalog', 'ingest', 'gateway'];

/** The stack in this process and the services as its children. They are started, not ready yet. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { data, ports } = options;
  const stack = await startLocalStack({
    dataDir: data.path,
    ports,
    onError: (error) => options.say(`S3 failed inside: ${String(error)}`),
  }).catch((error: unknown) => {
    throw dataFault(error, data.path);
  });
  try {
    const connection = (await options.through?.(stack)) ?? stack.connection;
    const addresses: Addresses = {
      publicUrl: loopbackUrl(ports.gateway),
      authUrl: loopbackUrl(ports.auth),
      catalogUrl: loopbackUrl(ports.catalog),
      ingestUrl: loopbackUrl(ports.ingest),
      s3PublicUrl: connection.s3Url,
      mediaUrl: `${connection.s3Url}/${buckets.media.name}`,
      assetEventsTopicArn: stack.assetEventsTopicArn,
      signingKeysFile: data.signingKeysFile,
    };
    const plans = SERVICES.map((name) => ({
      name,
      entry: options.entryOf(name),
      url: loopbackUrl(ports[name]),
      metricsUrl: `${loopbackUrl(ports[`${name}_metrics`])}/metrics`,
      logFile: data.newLog(name),
      env: {
        // Nothing else is inherited: what this terminal knows (tokens, profiles) is not the services' business.
        ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? data.compileCachePath,
        ...awsEnvironment(connection),
        ...serviceEnvironment(name, addresses),
        HOST: LOOPBACK,
        PORT: String(ports[name]),
        METRICS_PORT: String(ports[`${name}_metrics`]),
        ...options.env,
      },
    }));
    const supervisor = startSupervisor(plans, { front: 'gateway', say: options.say });
    return {
      addresses,
      stack,
      supervisor,
      async stop(graceMs) {
        await supervisor.stop(graceMs);
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}
