import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServiceProcessOptions {
  readonly name: string;
  /** The service's main file. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<Ending>;
  /** SIGTERM, and SIGKILL when it has not ended after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Ends it and whatever it has started, now. */
  kill(): void;
}

const PRELOAD = new URL('end-with-parent.ts', import.meta.url).href;

/**
 * A service as a child process that leads its own process group: Ctrl-C in the terminal reaches the
 * supervisor alone, which then decides the order in which things stop.
 */
export function startServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, ['--import', PRELOAD, options.entry], {
    env: { ...options.env, CAIRN_ENDS_WITH_PARENT: '1' },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  let over = false;
  const ended = endOf(child).finally(() => {
    killGroup(child);
    over = true;
  });
  const kill = () => {
    // Later, its number may be somebody else's.
    if (!over) killGroup(child);
  };
  return {
    pid: child.pid,
    ended,
    kill,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const inTime = new AbortController();
      const timer = delay(graceMs, undefined, { signal: inTime.signal }).then(kill, () => undefined);
      await ended;
      inTime.abort();
      await timer;
    },
  };
}

async function endOf(child: ChildProcess): Promise<Ending> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    // It could not even be spawned.
    return { code: 1, signal: null };
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group; macOS says EPERM while the last one waits to be taken note of.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
