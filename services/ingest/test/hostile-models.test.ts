import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

interface Report {
  readonly told: readonly { name: string; code: string; said: unknown; ms: number }[];
  readonly touched: readonly string[];
  readonly maxRssBytes: number;
}

it('I8: hostile models are refused within their limits, and what they name is neither opened nor fetched', async () => {
  let connections = 0;
  await using listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const canary = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), 'cairn-canary-'));
  try {
    const file = join(folder, 'canary.bin');
    await writeFile(file, 'a secret');
    const uris = [
      file,
      pathToFileURL(file).href,
      `../../../../../../../..${file}`,
      `//${canary}/a`,
      `https://${canary}/a`,
    ];
    const script = fileURLToPath(new URL('children/probes-models.ts', import.meta.url));
    const child = fork(script, [canary, ...uris], { execArgv: [], env: {}, cwd: folder });
    const [report] = (await once(child, 'message')) as [Report];
    if (child.exitCode === null) await once(child, 'exit');

    expect(report.told.length).toBeGreaterThan(200);
    expect(report.told.filter(({ said, code }) => said !== code)).toEqual([]);
    expect(report.told.filter(({ ms }) => ms > 2000)).toEqual([]);
    expect(report.touched).toEqual([]);
    expect(connections).toBe(0);
    expect(report.maxRssBytes).toBeLessThan(512 * 2 ** 20);
  } finally {
    await rm(folder, { recursive: true });
  }
});
