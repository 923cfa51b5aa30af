import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../scope.ts';

const READY_WITHIN_MS = 20_000;

export interface ServerOptions {
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers with a success once it is ready. */
  readonly readyUrl: string;
  /** 20 s unless said otherwise. */
  readonly readyWithinMs?: number;
}

/** A server as a process of its own, until the scope ends. */
export async function startServer(options: ServerOptions, scope: Scope): Promise<void> {
  const { entry, args = [], env = {}, readyUrl, readyWithinMs = READY_WITHIN_MS } = options;
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await scope.hold(child, async () => {
    child.kill();
    await ended;
  });
  const deadline = AbortSignal.timeout(readyWithinMs);
  for (;;) {
    const answer = await fetch(readyUrl, { signal: deadline }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    if (deadline.aborted || child.exitCode !== null) throw new Error('a server did not start');
    await delay(20);
  }
}

export const HELLO_SERVER = fileURLToPath(new URL('hello-server.ts', import.meta.url));
