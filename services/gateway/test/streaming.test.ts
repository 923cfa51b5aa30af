import { createHash, randomBytes, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { roomyRoutes, startGateway } from './gateway.harness.ts';
import { startUpstream } from './upstream.harness.ts';

const CHUNK = randomBytes(64 * 1024);
const CHUNKS = 2_000;
const TOTAL = CHUNK.length * CHUNKS;
/** What may wait on the way: socket buffers of the system, and little of ours. */
const MAX_ON_THE_WAY = 24 * 1024 * 1024;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Counts what has been let go and has not arrived: what grows without bound where back-pressure is lost. */
interface Way {
  sent: number;
  arrived: number;
  most: number;
}

const newWay = (): Way => ({ sent: 0, arrived: 0, most: 0 });

async function* manyChunks(way: Way): AsyncGenerator<Buffer> {
  for (let i = 0; i < CHUNKS; i += 1) {
    way.sent += CHUNK.length;
    way.most = Math.max(way.most, way.sent - way.arrived);
    yield CHUNK;
    if (i % 16 === 0) await nextTurn();
  }
}

/** Slower than any sender. */
function slowReader(hash: Hash, way: Way): Writable {
  return new Writable({
    async write(chunk: Buffer, _, done) {
      hash.update(chunk);
      way.arrived += chunk.length;
      for (let turns = 0; turns < 4; turns += 1) await nextTurn();
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
        pipeline(Readable.from(manyChunks(way)), response).catch(() => undefined);
      });
      const gateway = await startGateway({ upstreams: { catalog: upstream.url } });
      cleanUps.push(
        () => upstream.close(),
        () => gateway.stop(),
      );

      const way = newWay();
      const hash = createHash('sha256');
      const request = httpRequest({
        host: '127.0.0.1',
        port: gateway.port,
        path: '/v1/assets',
        agent: false,
      });
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await pipeline(response, slowReader(hash, way));
      expect(hash.digest('hex')).toBe(expected());
      expect(way.most).toBeLessThan(MAX_ON_THE_WAY);
    },
  );

  it.each([{ 'content-length': String(TOTAL) }, { 'transfer-encoding': 'chunked' }])(
    'pass from a client to a slow service unchanged and with flat memory (%j)',
    async (framing) => {
      const way = newWay();
      const hash = createHash('sha256');
      const upstream = await startUpstream((request, response) => {
        pipeline(request, slowReader(hash, way)).then(
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

      const request = httpRequest({
        host: '127.0.0.1',
        port: gateway.port,
        path: '/v1/assets',
        method: 'POST',
        headers: framing,
        agent: false,
      });
      await pipeline(Readable.from(manyChunks(way)), request);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(200);
      expect(hash.digest('hex')).toBe(expected());
      expect(way.most).toBeLessThan(MAX_ON_THE_WAY);
    },
  );
});
