import { readMemory, type ProcessMemory } from './process-memory.ts';

/** `ps` takes its own share of the machine, so it is asked less often. */
const SAMPLE_MS = process.platform === 'linux' ? 50 : 250;

/** All of the processes at one moment, by their names. */
export type MemorySample = Readonly<Record<string, ProcessMemory>>;

export interface MemorySampler {
  /** Ends the sampling; rejects when one of the processes had ended in between. */
  stop(): Promise<readonly MemorySample[]>;
}

export function sampleMemory(pids: Readonly<Record<string, number>>): MemorySampler {
  const samples: MemorySample[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const sample = () => {
    try {
      samples.push(Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, readMemory(pid)])));
    } catch (error) {
      clearInterval(timer);
      failed.reject(error);
    }
  };
  const timer = setInterval(sample, SAMPLE_MS);
  sample();
  return {
    async stop() {
      clearInterval(timer);
      sample();
      return await Promise.race([failed.promise, Promise.resolve(samples)]);
    },
  };
}
