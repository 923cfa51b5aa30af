/**
 * Requests a second of a bare Hono server and of the same server behind the gateway, everything on this
 * machine: `node bench/throughput.ts [rounds] [seconds a round]`. The two take turns, and the best round of each
 * counts, so that what else runs on the machine counts little. Prints both and their ratio.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const PATH = '/v1/assets/hello';
const CONNECTIONS = 50;
const WARM_UP_SECONDS = 3;

async function serveHello(port: number): Promise<void> {
  const app = new Hono();
  app.get(PATH, (c) => c.json({ hello: 'world' }));
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  await Promise.resolve();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilAnswering(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
  }
}

interface Measured {
  requests: { average: number };
  latency: { p50: number; p99: number };
  non2xx: number;
  errors: number;
}

async function load(url: string, seconds: number): Promise<Measured> {
  const autocannon = fileURLToPath(import.meta.resolve('autocannon'));
  const child = spawn(
    process.execPath,
    [autocannon, '--json', '--no-progress', '-c', String(CONNECTIONS), '-d', String(seconds), url],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Measured;
}

async function measure(rounds: number, seconds: number): Promise<void> {
  const [hello, gateway] = [await freePort(), await freePort()];
  const address = (port: number) => `http://127.0.0.1:${port}`;
  const children = [
    start([import.meta.filename, 'serve', String(hello)]),
    start([fileURLToPath(import.meta.resolve('../src/main.ts'))], {
      PORT: String(gateway),
      PUBLIC_URL: address(gateway),
      AUTH_URL: address(hello),
      CATALOG_URL: address(hello),
      INGEST_URL: address(hello),
      RATE_LIMIT_GENERAL: '1000000/1s',
    }),
  ];
  const urls = { bare: address(hello) + PATH, gateway: address(gateway) + PATH };
  const best: Partial<Record<keyof typeof urls, Measured>> = {};
  try {
    for (const url of Object.values(urls)) {
      await untilAnswering(url);
      await load(url, WARM_UP_SECONDS);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const name of ['bare', 'gateway'] as const) {
        const measured = await load(urls[name], seconds);
        const sofar = best[name]?.requests.average ?? 0;
        if (measured.requests.average > sofar) best[name] = measured;
      }
    }
  } finally {
    for (const child of children) child.kill();
  }
  for (const [name, { requests, latency, non2xx, errors }] of Object.entries(best)) {
    process.stdout.write(
      `${name}: ${Math.round(requests.average)} req/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms, ` +
        `${non2xx + errors} failed\n`,
    );
  }
  const ratio = (best.gateway?.requests.average ?? 0) / (best.bare?.requests.average ?? 1);
  process.stdout.write(`ratio: ${ratio.toFixed(3)}\n`);
}

const [, , first, second] = process.argv;
if (first === 'serve') await serveHello(Number(second));
else await measure(Number(first ?? 5), Number(second ?? 4));
