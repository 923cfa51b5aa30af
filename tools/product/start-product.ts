import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));
/** Preloaded, it ends a process together with the one that has started it, however that ended. */
const LIFELINE = new URL('../../infra/local/end-with-parent.ts', import.meta.url).href;
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;
/** A killed process is there until its parent, or the system's first process, has taken note. */
const GONE_WITHIN_MS = 3_000;

/** The line that `npm start -- --json` prints when everything answers. */
interface ReadyLine {
  readonly api: string;
  readonly pid: number;
  readonly services: Readonly<Record<string, ServiceProcess>>;
  readonly aws: Readonly<Record<'s3' | 'dynamodb' | 'sqs' | 'sns', string>>;
  readonly data: string;
  readonly logs: string;
}

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Address of its metrics. */
  readonly metrics: string;
}

export interface Product {
  /** The API, without a slash at the end. */
  readonly url: string;
  /** By the services' names, as they were when all were ready. */
  readonly services: Readonly<Record<string, ServiceProcess>>;
  readonly aws: ReadyLine['aws'];
  readonly dataFolder: string;
  readonly ended: Promise<void>;
  /** Asks it to drain and end; tells its exit code and which of its processes are still there. */
  stop(): Promise<{ exitCode: number | null; leftOver: readonly number[] }>;
  /** SIGKILL to every process of it at once; resolves when all are gone. */
  kill(): Promise<void>;
}

export interface ProductOptions {
  readonly dataFolder: string;
  /** Of the API; any free one when absent. Tokens and URLs name it, so a product that comes back needs it. */
  readonly port?: number;
  /** Over what the embedded stack gives the services. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a whole product of its own, on free ports; resolves when it is ready. */
export async function startProduct({ dataFolder, port, env = {} }: ProductOptions): Promise<Product> {
  const address = port === undefined ? [] : ['--port', String(port)];
  const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  // A group of its own: Ctrl-C in a terminal is for us, and we then ask it to end.
  const child = spawn(
    process.execPath,
    ['--import', LIFELINE, ENTRY, '--free-ports', '--json', '--data', dataFolder, ...address, ...variables],
    {
      env: { ...process.env, CAIRN_ENDS_WITH_PARENT: String(process.pid) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    },
  );
  const ended = once(child, 'exit').then(() => undefined);
  const ready = await readyLine(child, ended);
  const pids = [ready.pid, ...Object.values(ready.services).map((service) => service.pid)];

  /** Those of the product's process groups that are still there after a moment. */
  async function groupsLeft(): Promise<number[]> {
    const deadline = Date.now() + GONE_WITHIN_MS;
    for (;;) {
      const left = pids.filter((pid) => signalGroup(pid, 0));
      if (left.length === 0 || Date.now() > deadline) return left;
      await delay(20);
    }
  }

  return {
    url: ready.api,
    services: ready.services,
    aws: ready.aws,
    dataFolder,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(timer);
      const leftOver = await groupsLeft();
      for (const pid of leftOver) signalGroup(pid, 'SIGKILL');
      return { exitCode: child.exitCode, leftOver };
    },
    async kill() {
      for (const pid of pids) signalGroup(pid, 'SIGKILL');
      if ((await groupsLeft()).length > 0) throw new Error('killed processes are still there');
      await ended;
    },
  };
}

async function readyLine(child: ChildProcess, ended: Promise<void>): Promise<ReadyLine> {
  const complaints: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints.push(text);
    if (complaints.length > 100) complaints.shift();
  });
  const first = Promise.withResolvers<string>();
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', first.resolve);
  const tooLate = new AbortController();
  const line = await Promise.race([
    first.promise,
    ended.then(() => undefined),
    delay(START_WITHIN_MS, undefined, { signal: tooLate.signal }).catch(() => undefined),
  ]);
  tooLate.abort();
  if (line !== undefined) return JSON.parse(line) as ReadyLine;
  child.kill('SIGKILL');
  throw new Error(`the product did not start\n${complaints.join('')}`);
}

/** Each process of the product leads a group, in which whatever it starts stays. False: nobody is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
