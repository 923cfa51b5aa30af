import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyReport } from '../local/ready-message.ts';

export interface StartProcess {
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  readonly complaints: () => string;
  readonly ready: Promise<ReadyReport>;
  readonly exit: Promise<number | null>;
}

const STAND_INS = fileURLToPath(new URL('stand-ins/start.ts', import.meta.url));

/** `npm start` with stand-ins for the services, as a process of its own. */
export function runStart(args: readonly string[], env: Record<string, string> = {}): StartProcess {
  const child = spawn(process.execPath, [STAND_INS, '--json', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = createInterface({ input: child.stdout });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const ready = Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(String(line)) as ReadyReport),
    exit.then((code) => Promise.reject(new Error(`ended with ${code}: ${said}`))),
  ]);
  // Whoever waits for the exit alone is not interested in this.
  ready.catch(() => undefined);
  return { child, complaints: () => said, ready, exit };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The pids of all services and of a process that each stand-in starts when it is asked. */
export async function familyOf(report: ReadyReport): Promise<number[]> {
  const services = Object.values(report.services);
  const grandchildren = await Promise.all(
    services.map(async ({ url }) => (await (await fetch(`${url}/grandchild`)).json()) as number),
  );
  return [...services.map(({ pid }) => pid), ...grandchildren];
}
