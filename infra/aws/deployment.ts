import type { ServiceName } from '../resource-types.ts';
import type { QueueName } from '../resources.ts';

export interface ServiceDeployment {
  /** Of the internal load balancer: each service has a port of its own there. */
  readonly listenerPort: number;
  readonly cpuUnits: number;
  readonly memoryMib: number;
  readonly tasks: { readonly min: number; readonly max: number };
  /** Requests a second of one task beyond which another one comes. */
  readonly requestsPerSecond?: number;
  /** A queue whose oldest message waits longer brings another task. */
  readonly queueAge?: Partial<Record<QueueName, number>>;
}

export const CPU_TARGET_PERCENT = 60;

/** How large each service is and how it grows. */
export const SERVICES: Readonly<Record<ServiceName, ServiceDeployment>> = {
  auth: {
    listenerPort: 8081,
    cpuUnits: 1_024,
    memoryMib: 2_048,
    tasks: { min: 2, max: 10 },
    // Beyond that, what hashes passwords is what is short: the processor tells.
    requestsPerSecond: 300,
    queueAge: { authEvents: 300 },
  },
  catalog: {
    listenerPort: 8082,
    cpuUnits: 1_024,
    // An index of a million assets takes 0.6 GiB, and twice that while it is compacted.
    memoryMib: 4_096,
    tasks: { min: 2, max: 12 },
    requestsPerSecond: 500,
    queueAge: { catalogEvents: 20, downloads: 300 },
  },
  ingest: {
    listenerPort: 8083,
    cpuUnits: 2_048,
    // Three children that inspect, 512 MiB each at most, and a roomy one of 1.5 GiB.
    memoryMib: 4_096,
    tasks: { min: 2, max: 20 },
    queueAge: { objectCreated: 30, objectCreatedBacklog: 600 },
  },
  // Behind API Gateway it answers `/` and `/openapi.json` only.
  gateway: { listenerPort: 8084, cpuUnits: 256, memoryMib: 512, tasks: { min: 1, max: 2 } },
};
