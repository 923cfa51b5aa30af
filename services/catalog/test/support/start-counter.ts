import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('counter-process.ts', import.meta.url));

export interface CounterProcess {
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A counter as a process of its own; resolves when it is at work. The SDK's variables are the test's own. */
export async function startCounter(env: Readonly<Record<string, string>>): Promise<CounterProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  const started = await Promise.race([once(child.stdout, 'data'), gone.then(() => undefined)]);
  if (started === undefined) throw new Error('the counter did not start');
  return {
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
