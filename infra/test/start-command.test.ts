import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadyReport } from '../local/ready-message.ts';
import { familyOf, isAlive, runStart, type StartProcess } from './start-process.ts';

/** util-linux's `script` gives a command a terminal. */
const TERMINAL = 'script';

let dataDir: string;
const running: StartProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cairn-start-'));
});

afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

function start(args: readonly string[] = [], env?: Record<string, string>): StartProcess {
  const started = runStart(['--free-ports', '--data', dataDir, ...args], env);
  running.push(started);
  return started;
}

const untilGone = (pids: readonly number[]) =>
  vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 40_000 });

describe('while it runs', () => {
  let folder: string;
  let started: StartProcess;
  let report: ReadyReport;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-start-'));
    started = runStart(['--free-ports', '--data', folder, '--env', 'LOG_LEVEL=debug'], {
      GITHUB_TOKEN: 'a-secret',
      AWS_PROFILE: 'production',
      HOME: '/home/somebody',
    });
    report = await started.ready;
  });
  afterAll(async () => {
    started.child.kill('SIGKILL');
    await started.exit;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('has printed one line of JSON once every service was ready', async () => {
    expect(Object.keys(report.services)).toEqual(['auth', 'catalog', 'ingest', 'gateway']);
    expect(report.services.gateway?.url).toBe(report.api);
    for (const { url } of Object.values(report.services)) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
  });

  it('gives the services their own variables and nothing that the terminal knows', async () => {
    const answer = await fetch(`${report.services.catalog?.url}/environment`);
    const env = (await answer.json()) as Record<string, string>;
    expect(env).toMatchObject({
      HOST: '127.0.0.1',
      LOG_LEVEL: 'debug',
      ASSETS_TABLE: 'celtic_assets',
      JWKS_URL: `${report.services.auth?.url}/.well-known/jwks.json`,
      AWS_ENDPOINT_URL_S3: report.aws.s3,
      S3_PUBLIC_ENDPOINT_URL: report.aws.s3,
    });
    for (const name of ['GITHUB_TOKEN', 'AWS_PROFILE', 'HOME', 'CAIRN_ENDS_WITH_PARENT']) {
      expect(env).not.toHaveProperty(name);
    }
  });

  it('keeps the credentials of the stack for the owner of the folder alone', async () => {
    expect((await stat(join(folder, 'credentials.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('keeps others out of its data folder, naming the process that has it', async () => {
    const second = start(['--data', folder]);
    expect(await second.exit).toBe(1);
    expect(second.complaints()).toBe(`The data folder ${folder} is in use by process ${report.pid}.\n`);
  });
});

it('stops on SIGTERM with exit code 0, the gateway first, and leaves no process behind', async () => {
  const started = start();
  const report = await started.ready;
  const family = await familyOf(report);
  started.child.kill('SIGTERM');
  expect(await started.exit).toBe(0);
  await untilGone(family);
  const stoppedAt = async (name: string) =>
    Number(/stopped at (\d+)/.exec(await readFile(join(report.logs, `${name}.log`), 'utf8'))?.[1]);
  for (const name of ['auth', 'catalog', 'ingest']) {
    expect(await stoppedAt(name)).toBeGreaterThanOrEqual(await stoppedAt('gateway'));
  }
});

it('stops at once on a second signal, whatever the services do', async () => {
  const started = start(['--env', 'NEVER_STOPS=1']);
  const family = await familyOf(await started.ready);
  // For half a second it is the same Ctrl-C, once from the terminal and once from npm.
  const insist = setInterval(() => started.child.kill('SIGINT'), 50);
  const since = performance.now();
  expect(await started.exit).toBe(130);
  clearInterval(insist);
  expect(performance.now() - since).toBeGreaterThan(500);
  await untilGone(family);
});

it('starts a killed service again, and says so in one line', async () => {
  const started = start();
  const report = await started.ready;
  const { url, pid } = report.services.catalog ?? { url: '', pid: 0 };
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(started.complaints()).not.toBe(''), { timeout: 40_000 });
  expect(started.complaints()).toBe('catalog was ended by SIGKILL; starting it again in 0.25 s\n');
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 40_000 });
});

it('says what a service said last when it ended by itself', async () => {
  const started = start();
  const report = await started.ready;
  await fetch(`${report.services.ingest?.url}/die`).catch(() => undefined);
  await vi.waitFor(() => expect(started.complaints()).toContain('(asked to die)'), { timeout: 40_000 });
  expect(started.complaints()).toContain('ingest ended with exit code 3');
});

it('gives up with exit code 1 and the reason when a service cannot start', async () => {
  const started = start(['--env', 'NEVER_STARTS=1']);
  expect(await started.exit).toBe(1);
  expect(started.complaints()).toMatch(
    /Cairn cannot start: .*does not start \(Error: the stand-in does not start\)/,
  );
});

it('takes its services with it when it is killed, and starts again on the same folder', async () => {
  const first = start();
  const family = await familyOf(await first.ready);
  first.child.kill('SIGKILL');
  await first.exit;
  await untilGone(family);
  await expect(start().ready).resolves.toHaveProperty('api');
});

it('says in one sentence what of the data is damaged', async () => {
  const first = start();
  await first.ready;
  first.child.kill('SIGTERM');
  await first.exit;
  const damaged = {
    'dynamodb/CURRENT': 'the tables are damaged',
    'messaging/fauxqs.db': 'a database is damaged',
    's3/buckets/cairn-assets/bucket.json': 'a file of the store is damaged',
    lock: 'a database is damaged',
  };
  for (const [name, reason] of Object.entries(damaged)) {
    const file = join(dataDir, name);
    const sound = await readFile(file);
    await writeFile(file, 'nothing that anybody has written here '.repeat(100));
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.complaints()).toBe(
      `Cairn cannot use the data in ${dataDir}: ${reason}. Put that right and start again, or start with another folder (--data).\n`,
    );
    await writeFile(file, sound);
  }
});

it('says in one sentence that a port is taken', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const started = runStart(['--data', dataDir, '--port', String(port)]);
  running.push(started);
  expect(await started.exit).toBe(1);
  expect(started.complaints()).toBe(
    `Port ${port} (the API) is taken by another program: stop what listens there, or choose another with --port N.\n`,
  );
  holder.close();
});

it.skipIf(!hasTerminal())('ends with exit code 0 on Ctrl-C in a terminal under `npm start`', async () => {
  const standIns = fileURLToPath(new URL('stand-ins/start.ts', import.meta.url));
  const command = `exec '${process.execPath}' '${standIns}' --free-ports --data '${dataDir}'`;
  await writeFile(join(dataDir, 'package.json'), JSON.stringify({ scripts: { start: command } }));
  // `exec`: a shell between the terminal and npm would have an exit code of its own.
  const terminal = spawn(TERMINAL, ['-qec', 'exec npm start', '/dev/null'], {
    cwd: dataDir,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const exit = once(terminal, 'exit');
  await vi.waitFor(() => expect(shown).toContain('Cairn is ready'), { timeout: 40_000 });
  terminal.stdin.write('\u0003');
  expect(await exit).toEqual([0, null]);
  expect(shown).toContain('Stopping');
});

function hasTerminal(): boolean {
  try {
    execFileSync(TERMINAL, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
