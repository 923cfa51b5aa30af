import { superviseService, type SupervisedService } from './supervised-service.ts';

export interface ServicePlan {
  readonly name: string;
  readonly entry: string;
  readonly url: string;
  readonly metricsUrl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface Supervisor {
  readonly services: readonly SupervisedService[];
  /** Resolves when every service is ready; rejects when one does not start, or after `timeoutMs`. */
  untilReady(timeoutMs: number): Promise<void>;
  /** The one that clients talk to first, so that nothing new comes in, then the others at once. */
  stop(graceMs: number): Promise<void>;
  /** Ends everything now. */
  kill(): void;
}

/** `plans` in the order in which they are named; all start at once. The one called `front` stops first. */
export function startSupervisor(
  plans: readonly ServicePlan[],
  options: { front: string; say: (line: string) => void },
): Supervisor {
  const services = plans.map((plan) => superviseService({ ...plan, say: options.say }));
  return {
    services,
    async untilReady(timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs);
      await Promise.all(services.map((service) => service.untilReady(signal)));
    },
    async stop(graceMs) {
      const front = services.filter((service) => service.name === options.front);
      const others = services.filter((service) => service.name !== options.front);
      await Promise.all(front.map((service) => service.stop(graceMs)));
      await Promise.all(others.map((service) => service.stop(graceMs)));
    },
    kill() {
      for (const service of services) service.kill();
    },
  };
}
