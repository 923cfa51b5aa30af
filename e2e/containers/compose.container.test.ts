import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createApiClient, type ApiClient } from '@cairn/tools/client/api-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anUpload, aRegisteredUser, sendAll, untilState, type RegisteredUser } from '../builders.ts';
import { composeUp, type ComposedProduct } from './compose.ts';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { grantedRights } from './guard/granted-rights.ts';
import { say } from './say.ts';

const SERVICES = ['auth', 'catalog', 'ingest', 'gateway'] as const;
const BUILD_MS = 600_000;
/** What was in the hands of a container that was stopped is seen again after its visibility timeout. */
const PATIENCE_MS = 90_000;

describeOnEmulator('docker compose', (image) => {
  let product: ComposedProduct;
  let api: ApiClient;

  beforeAll(async () => {
    product = await composeUp(image);
    api = createApiClient(product.url);
  }, BUILD_MS);
  afterAll(() => product?.down());

  describe('an image', () => {
    it.each(SERVICES)('of %s runs as somebody, on a file system that stays as it is', async (service) => {
      const [container] = await product.inspect(service);
      expect(container?.Config).toMatchObject({ User: 'node', Cmd: ['node', 'src/main.ts'] });
      expect(container?.Config.Healthcheck?.Test.join(' ')).toContain('/readyz');
      expect(container?.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'] });
      const tried = await inside(
        service,
        `const { writeFileSync: write } = require('node:fs');
         const may = (path) => { try { write(path, 'x'); return true; } catch { return false; } };
         console.log(JSON.stringify([process.getuid(), may('/app/x'), may('/tmp/x'), process.ppid]));`,
      );
      expect(JSON.parse(tried)).toEqual([1000, false, true, 0]);
    });

    it.each(SERVICES)('of %s holds what it needs to run, and no tools', async (service) => {
      const names = await inside(
        service,
        `console.log(require('node:fs').readdirSync('/app/node_modules').join())`,
      );
      const found = names.trim().split(',');
      expect(found).toContain('@cairn');
      expect(
        found.filter((name) => /^(typescript|vitest|oxlint|node|aws-cdk-lib|dynalite)$/.test(name)),
      ).toEqual([]);
    });
  });

  it('the whole path, with URLs that work from outside', async () => {
    const e2e = fileURLToPath(new URL('../run.ts', import.meta.url));
    const target = ['--target', product.url, '--data', product.dataFolder];
    const files = ['e2e/the-whole-path.test.ts', 'e2e/openapi.test.ts'];
    const child = spawn(
      process.execPath,
      [e2e, ...target, '--dynamodb-port', String(product.emulatorPort), ...files],
      // Not of this run of vitest, nor of the emulator that the other suites use.
      { env: withoutOurs(process.env), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(child, 'exit');
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  }, 300_000);

  it.each(SERVICES)(
    '%s ends by itself when it is told to, and the path goes on once it is back',
    async (service) => {
      const user = await aRegisteredUser(api);
      await product.compose('stop', '--timeout', '20', service);
      const [ended] = await product.inspect(service);
      expect(ended?.State).toMatchObject({ Status: 'exited', ExitCode: 0 });
      await product.compose('up', '--wait', '--no-recreate', '--no-build', service, 'gateway');
      await untilPublished(user);
    },
  );

  it('two of ingest and two of catalog publish everything once, and both find it', async () => {
    const two = ['--scale', 'ingest=2', '--scale', 'catalog=2'];
    await product.compose('up', '--wait', '--no-recreate', '--no-build', ...two);
    const owner = await aRegisteredUser(api);
    const asins = await Promise.all(Array.from({ length: 6 }, () => untilPublished(owner)));
    expect(new Set(asins).size).toBe(6);
    for (const replica of ['1', '2']) {
      await vi.waitFor(
        async () => {
          const found = await inside(
            'catalog',
            `Promise.all(${JSON.stringify(asins)}.map((asin) => fetch('http://127.0.0.1:8080/v1/assets/' + asin)
               .then((answer) => answer.status))).then((all) => console.log(all.join()))`,
            replica,
          );
          expect(found.trim()).toBe(asins.map(() => 200).join());
        },
        { timeout: 15_000, interval: 500 },
      );
    }
    await product.compose('up', '--wait', '--no-build', '--scale', 'ingest=1', '--scale', 'catalog=1');
  });

  it('the emulator goes away and comes back: refusals meanwhile are problems, and then the whole path works again', async () => {
    await product.compose('stop', '--timeout', '2', 'emulator');
    await expectRefusal();
    await product.compose('start', 'emulator');
    if (image.includes('moto')) {
      say('moto keeps everything in memory: that data survives its restart is not shown');
      await product.compose('run', '--rm', 'provision');
      // As after a restore: its index, and its place in the change log, are of data that is gone.
      await product.compose('restart', '--timeout', '20', 'catalog');
      await product.compose('up', '--wait', '--no-recreate', '--no-build');
    }
    await untilFound(await untilPublished(await untilRegistered()));
    await expectAllRunning();
  });

  it('the emulator falls silent and answers again: refusals meanwhile are problems, and then the whole path works again', async () => {
    const user = await untilRegistered();
    await product.compose('pause', 'emulator');
    await expectRefusal();
    await product.compose('unpause', 'emulator');
    await untilFound(await untilPublished(user));
    await expectAllRunning();
  });

  it('nobody has asked AWS for what the role of its service would not allow', async () => {
    const told = await inside(
      'guard',
      `fetch('http://127.0.0.1:4566/guard').then((r) => r.text()).then(console.log)`,
    );
    const { refused, used } = JSON.parse(told) as { refused: string[]; used: string[] };
    expect(refused).toEqual([]);
    const granted = grantedRights();
    const unused = [...granted].filter((right) => !used.includes(right));
    say(
      `of ${granted.size} rights ${granted.size - unused.length} were used; not by these tests: ${unused.join(', ')}`,
    );
    // What is used is what the rights are said of, word by word.
    expect(used.filter((right) => !granted.has(right))).toEqual([]);
    expect(used.length).toBeGreaterThan(60);
  });

  /** Someone who signed in before publishes something, and anybody finds it. */
  async function untilPublished(user: RegisteredUser): Promise<string> {
    await vi.waitFor(async () => expect(await api.me(user.token)).toMatchObject({ asin: user.asin }), {
      timeout: PATIENCE_MS,
      interval: 250,
    });
    const upload = await anUpload({ pictures: [] });
    const receipt = await api.declareUpload(user.token, upload.declaration);
    await sendAll(upload, receipt);
    await untilState(api, user.token, receipt.upload_id, 'published', PATIENCE_MS);
    await vi.waitFor(() => api.asset(receipt.asin), { timeout: PATIENCE_MS, interval: 250 });
    return receipt.asin;
  }

  /** For who comes after an outage: the gateway asks nobody for a while who did not answer. */
  const untilRegistered = () =>
    vi.waitFor(() => aRegisteredUser(api), { timeout: PATIENCE_MS, interval: 500 });

  async function untilFound(asin: string): Promise<void> {
    const { name } = await api.asset(asin);
    await vi.waitFor(
      async () => expect((await api.search({ q: name })).items.map((item) => item.asin)).toEqual([asin]),
      { timeout: PATIENCE_MS, interval: 250 },
    );
  }

  async function expectRefusal(): Promise<void> {
    const json = { username: `somebody-${Date.now()}`, password: 'correct horse battery' };
    const refused = await api.call({ method: 'POST', path: '/v1/users', json });
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
  }

  async function expectAllRunning(): Promise<void> {
    for (const service of SERVICES) {
      expect((await product.inspect(service))[0]?.State).toMatchObject({ Status: 'running' });
    }
  }

  /** Runs JavaScript in a container of a service. */
  function inside(service: string, script: string, index = '1'): Promise<string> {
    return product.compose('exec', '-T', '--index', index, service, 'node', '-e', script);
  }
});

function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VITEST|AWS_|TEST$|DEV$|PROD$|MODE$)/.test(name)),
  );
}
