import '../../src/inspection/lock-down.ts';
import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';

/** What an attacker who runs JavaScript in the child would try; each says whether it was kept from it. */
const TRIES: Record<string, () => unknown> = {
  environment: () => {
    const names = Object.keys(process.env).filter((name) => !name.startsWith('NODE_CHANNEL'));
    if (names.length === 0) throw new Error('empty');
  },
  'a file of the system': () => readFileSync('/etc/passwd'),
  'a file to write': () => writeFileSync('/tmp/inspection-canary', ''),
  'another process': () => {
    const { error } = spawnSync('true');
    if (error !== undefined) throw error;
  },
  'a signal': () => process.kill(process.ppid, 0),
  'a worker': () => new Worker('0', { eval: true }),
  'a TCP connection': () => net.connect(9, '127.0.0.1'),
  'a TLS connection': () => tls.connect(9, '127.0.0.1'),
  'a server': () => net.createServer().listen(0),
  'an HTTP request': () => http.get('http://127.0.0.1:9/'),
  'a fetch': () => fetch('http://127.0.0.1:9/'),
  'a datagram': () => dgram.createSocket('udp4').send('x', 9, '127.0.0.1'),
  'a name': () => dns.lookup('localhost', () => undefined),
  'a resolver': () => new dns.promises.Resolver(),
  'the C++ below': () => (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap'),
};

function could([name, attempt]: [string, () => unknown]): string[] {
  try {
    attempt();
    return [name];
  } catch {
    return [];
  }
}

process.on('uncaughtException', () => undefined);
process.on('message', ({ job }: { job: { id: number } }) => {
  const detail = `could: ${Object.entries(TRIES).flatMap(could).join(', ')}`;
  const finding = { outcome: 'rejected', refusal: { code: 'file.type_mismatch', detail } };
  process.send?.({ type: 'finding', job: job.id, finding });
});
process.send?.({ type: 'ready' });
