import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createAwsClients, type AwsClients, type AwsConnection } from '../aws-clients.ts';

export interface KillableStack extends AwsClients {
  /** kill -9; resolves when it is dead. */
  kill(): Promise<void>;
}

/** The embedded stack on `dataDir`, in a process of its own. */
export async function startKillableStack(dataDir: string): Promise<KillableStack> {
  const main = fileURLToPath(new URL('stand-ins/stack.ts', import.meta.url));
  const child = spawn(process.execPath, [main, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const clients = createAwsClients(JSON.parse(line) as AwsConnection);
  return {
    ...clients,
    async kill() {
      child.kill('SIGKILL');
      await exit;
      clients.destroy();
    },
  };
}
