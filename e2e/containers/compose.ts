import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export interface ComposedProduct {
  readonly url: string;
  readonly emulatorPort: number;
  /** Holds the product's signing keys and credentials, for tests that age what was signed with them. */
  readonly dataFolder: string;
  /** `docker compose` with these arguments, for this product; what it wrote. */
  compose(...args: string[]): Promise<string>;
  /** `docker inspect` of the containers of a service. */
  inspect(service: string): Promise<ContainerState[]>;
  down(): Promise<void>;
}

export interface ContainerState {
  readonly Id: string;
  readonly Config: {
    readonly User: string;
    readonly Cmd: readonly string[];
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
  readonly HostConfig: { readonly ReadonlyRootfs: boolean; readonly CapDrop: readonly string[] };
  readonly State: { readonly ExitCode: number; readonly OOMKilled: boolean; readonly Status: string };
}

/**
 * docker-compose.yml on free ports, under a name of its own, and with a guard before the emulator that refuses
 * what the services' roles on AWS do not allow; resolves when all of it is healthy.
 */
export async function composeUp(image: string): Promise<ComposedProduct> {
  const [port, emulatorPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    AWS_EMULATOR_IMAGE: image,
    CAIRN_PORT: String(port),
    EMULATOR_PORT: String(emulatorPort),
  };
  const project = `cairn-test-${process.pid}`;
  const docker = async (...args: string[]) => {
    const { stdout, stderr } = await run('docker', args, { cwd: ROOT, env, maxBuffer: 64 * 2 ** 20 });
    return stdout || stderr;
  };
  const files = ['docker-compose.yml', 'e2e/containers/guarded.compose.yml'].flatMap((file) => ['-f', file]);
  const compose = (...args: string[]) => docker('compose', '-p', project, ...files, ...args);
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-compose-'));
  const down = async () => {
    await compose('down', '--volumes', '--remove-orphans', '--timeout', '10');
    await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    await compose('up', '--build', '--wait', '--quiet-pull');
    await compose('cp', 'auth:/var/lib/cairn/signing-keys.json', dataFolder);
    await writeFile(
      path.join(dataFolder, 'credentials.json'),
      JSON.stringify({ accessKeyId: 'test', secretAccessKey: 'test' }),
    );
  } catch (error) {
    const logs = await compose('logs', '--tail', '30').catch(() => '');
    await down();
    throw new Error(`docker compose up failed:\n${logs}`, { cause: error });
  }
  return {
    url: `http://127.0.0.1:${port}`,
    emulatorPort,
    dataFolder,
    compose,
    async inspect(service) {
      const ids = (await compose('ps', '--all', '--quiet', service)).split(/\s+/).filter((id) => id !== '');
      return JSON.parse(await docker('inspect', ...ids)) as ContainerState[];
    },
    down,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
