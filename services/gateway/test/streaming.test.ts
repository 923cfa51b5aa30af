import { createHash, randomBytes, type Hash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { roomyRoutes, startGateway, type TestGateway } from './gateway.harness.ts';
import { startUpstream, type FakeUpstream } from './upstream.harness.ts';

const CHUNK = randomBytes(64 * 1024);
const CHUNKS = 512;
const TOTAL = CHUNK.length * CHUNKS;
/** What the gateway may hold of all that: some buffers, whatever the sender's haste. */
const MOST_HELD = 1024 * 1024;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** What the gateway holds while it passes bytes on; the buffers of the system before and behind it are not its. */
interface Held {
  look(): void;
  readonly most: number;
}

function whatIsHeldBy(gateway: TestGateway, upstream: FakeUpstream): Held {
  const ofClient: Socket[] = [];
  const ofService: Socket[] = [];
  const accepted = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort === gateway.port) ofClient.push(socket);
  };
  const connected = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => {
      if (socket.remotePort === upstream.port) ofService.push(socket);
    });
  };
  subscribe('net.server.socket', accepted);
  subscribe('net.client.socket', connected);
  cleanUps.push(async () => {
    unsubscribe('net.server.socket', accepted);
    unsubscribe('net.client.socket', connected);
  });
  const handedOn = (socket: Socket) => socket.bytesWritten - socket.writableLength;
  let most = 0;
  return {
    look() {
      const sockets = [...ofClient, ...ofService];
      const read = sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
      const written = sockets.reduce((sum, socket) => sum + handedOn(socket), 0);
      most = Math.max(most, read - written);
    },
    get most() {
      return most;
    },
  };
}

async function* manyChunks(held: Held): AsyncGenerator<Buffer> {
  for (let i = 0; i < CHUNKS; i += 1) {
    held.look();
    yield CHUNK;
    if (i % 16 === 0) await nextTurn();
  }
}

/** Slower than any sender. */
function slowReader(hash: Hash, held: Held): Writable {
  return new Writable({
    async write(chunk: Buffer, _, done) {
      hash.update(chunk);
      for (let turns = 0; turns < 4; turns += 1) {
        await nextTurn();
        held.look();
      }
      done();
    },
  });
}

const expected = (): string => {
  const hash = createHash('sha256');
  for (let i = 0; i < CHUNKS; i += 1) hash.update(CHUNK);
  return hash.digest('hex');
};

describe(`${TOTAL / 1024 / 1024} MiB`, () => {
  it.each([{ 'content-length': String(TOTAL) }, {}])(
    'pass from a service to a slow client unchanged and with flat memory (%j)',
    async (length) => {
      const upstream = await startUpstream((_, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream', ...length });
        pipeline(Readable.from(manyChunks(held)), response).catch(() => undefined);
      });
      const gateway = await startGateway({ upstreams: { catalog: upstream.url } });
      cleanUps.push(
        () => upstream.close(),
        () => gateway.stop(),
      );

      const held = whatIsHeldBy(gateway, upstream);
      const hash = createHash('sha256');
      const request = httpRequest({
        host: '127.0.0.1',
        port: gateway.port,
        path: '/v1/assets',
        agent: false,
      });
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await pipeline(response, slowReader(hash, held));
      expect(hash.digest('hex')).toBe(expected());
      expect(held.most).toBeGreaterThan(0);
      expect(held.most).toBeLessThan(MOST_HELD);
    },
  );

  it.each([{ 'content-length': String(TOTAL) }, { 'transfer-encoding': 'chunked' }])(
    'pass from a client to a slow service unchanged and with flat memory (%j)',
    async (framing) => {
      const hash = createHash('sha256');
      const upstream = await startUpstream((request, response) => {
        pipeline(request, slowReader(hash, held)).then(
          () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
          () => undefined,
        );
      });
      const gateway = await startGateway({
        upstreams: { catalog: upstream.url },
        routes: roomyRoutes(TOTAL),
        env: { MAX_BODY_BYTES: String(TOTAL), BODY_TIMEOUT_MS: '30000' },
      });
      cleanUps.push(
        () => upstream.close(),
        () => gateway.stop(),
      );

      const held = whatIsHeldBy(gateway, upstream);
      const request = httpRequest({
        host: '127.0.0.1',
        port: gateway.port,
        path: '/v1/assets',
        method: 'POST',
        headers: framing,
        agent: false,
      });
      await pipeline(Readable.from(manyChunks(held)), request);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(200);
      expect(hash.digest('hex')).toBe(expected());
      expect(held.most).toBeGreaterThan(0);
      expect(held.most).toBeLessThan(MOST_HELD);
    },
  );
});
