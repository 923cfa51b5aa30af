import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../../tools/dlq/main.ts', import.meta.url));

/** `npm run dlq`, as an operator runs it, on the queues that this process's AWS_* variables name. */
export function startDlq(...args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const ended = once(child, 'close');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    /** What it printed; rejects when it failed. */
    result: async (): Promise<unknown> => {
      await ended;
      if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode}: ${complaints}`);
      return JSON.parse(output) as unknown;
    },
  };
}
