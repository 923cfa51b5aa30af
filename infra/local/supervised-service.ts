import { setTimeout as delay } from 'node:timers/promises';
import { lastWords } from './last-words.ts';
import { startServiceProcess, type Ending, type ServiceProcess } from './child-service.ts';

export interface SupervisedServiceOptions {
  readonly name: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Address whose `/readyz` answers 200 when the service can work. */
  readonly url: string;
  /** Where it tells its metrics. */
  readonly metricsUrl: string;
  readonly say: (line: string) => void;
}

export interface SupervisedService {
  readonly name: string;
  readonly url: string;
  readonly metricsUrl: string;
  readonly pid: number | undefined;
  /** Resolves when `/readyz` answers 200; rejects when the service ends too often before that. */
  untilReady(signal: AbortSignal): Promise<void>;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

const READY_POLL_MS = 50;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Who has run for so long gets a fresh start: its next pause is the shortest again. */
const SETTLED_MS = 30_000;
const TRIES_BEFORE_READY = 4;

/** Runs a service, and runs it again whenever it ends by itself, after a growing pause. */
export function superviseService(options: SupervisedServiceOptions): SupervisedService {
  const stopping = new AbortController();
  const failed = new AbortController();
  let current: ServiceProcess = startServiceProcess(options);
  let wasReady = false;

  async function keepRunning(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1; ; tries += 1) {
      const startedAt = performance.now();
      const ending = await current.ended;
      if (stopping.signal.aborted) return;
      if (!wasReady && tries >= TRIES_BEFORE_READY) {
        failed.abort(new Error(`${options.name} does not start${lastWords(options.logFile)}`));
        return;
      }
      if (performance.now() - startedAt >= SETTLED_MS) pauseMs = FIRST_PAUSE_MS;
      const when = `starting it again in ${pauseMs / 1_000} s`;
      options.say(`${options.name} ${describe(ending)}; ${when}${lastWords(options.logFile)}`);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      current = startServiceProcess(options);
    }
  }
  const running = keepRunning();

  return {
    name: options.name,
    url: options.url,
    metricsUrl: options.metricsUrl,
    get pid() {
      return current.pid;
    },
    async untilReady(signal) {
      const given = AbortSignal.any([signal, failed.signal, stopping.signal]);
      while (!(await isReady(options.url))) {
        given.throwIfAborted();
        await delay(READY_POLL_MS);
      }
      wasReady = true;
    },
    async stop(graceMs) {
      stopping.abort(new Error(`${options.name} is stopping`));
      await current.stop(graceMs);
      await running;
    },
    kill() {
      stopping.abort(new Error(`${options.name} is stopping`));
      current.kill();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function describe({ code, signal }: Ending): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}
