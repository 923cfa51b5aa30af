import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { serve, type RunningServer } from '@cairn/shared/http/serve';
import { silentLogger } from '@cairn/shared/logging/logger';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { composeIngest } from '../src/compose.ts';
import { readEvents, type EventReader } from '../src/testing/read-events.ts';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

const MIB = 2 ** 20;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ MULTIPART_THRESHOLD_BYTES: String(16 * MIB) });
});
afterAll(() => ingest.close());

type User = Awaited<ReturnType<IngestUnderTest['aUser']>>;

async function follow(user: User, uploadId: string, lastEventId?: string): Promise<EventReader> {
  const response = await ingest.app.request(`/v1/uploads/${uploadId}/events`, {
    headers: { ...user.headers, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
  });
  expect(response.status).toBe(200);
  return readEvents(response);
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 40_000, interval: 50 });

describe('an upload that is followed', () => {
  it('tells how much of its parts has arrived, then its inspection and its end', async () => {
    const user = await ingest.aUser();
    const content = Buffer.alloc(33 * MIB, 'cairn');
    const receipt = await ingest.declare(user, aBody([{ path: 'large.bin', bytes: content }]));
    const path = `/v1/uploads/${receipt.upload_id}/files/${receipt.files[0]?.file_id}`;
    const stream = await follow(user, receipt.upload_id);
    const urls = await ingest.app.request(`${path}/urls`, { headers: user.headers });
    const { parts } = (await urls.json()) as {
      parts: { offset: number; size: number; put: NonNullable<(typeof receipt.files)[number]['put']> }[];
    };
    const percents = () =>
      stream.events.flatMap(({ event, data }) => (event === 'file' ? [[data.stage, data.percent]] : []));
    for (const [i, { offset, size, put }] of parts.entries()) {
      expect((await send(put, content.subarray(offset, offset + size))).status).toBe(200);
      await until(() => expect(percents().at(-1)).toEqual(['waiting', [48, 96, 100][i]]));
    }
    const told = await ingest.receipt(user, receipt.upload_id);
    expect(told.files[0]).toMatchObject({ stage: 'waiting', percent: 100 });
    const completed = await ingest.app.request(`${path}/complete`, { method: 'POST', headers: user.headers });
    expect(completed.status).toBe(204);
    await stream.ended;
    expect(percents().at(-1)).toEqual(['accepted', 100]);
    const stages = percents().map(([stage]) => stage);
    expect(stages).toEqual(stages.toSorted((a, b) => order(a) - order(b)));
    expect(stream.events.at(-1)?.data).toMatchObject({ state: 'published' });
  });

  it('is told by a replica that others work for, from where the client was', async () => {
    const replica = composeIngest({ config: ingest.config, logger: silentLogger() });
    const user = await ingest.aUser();
    const bytes = Buffer.from('a model');
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes }]));
    const first = await follow(user, receipt.upload_id);
    await until(() => expect(first.events).toHaveLength(1));
    await first.cancel();
    const response = await replica.app.request(`/v1/uploads/${receipt.upload_id}/events`, {
      headers: { ...user.headers, 'last-event-id': first.events[0]?.id ?? '' },
    });
    const second = readEvents(response);
    await send(receipt.files[0]?.put, bytes);
    await second.ended;
    expect(second.events.map(({ event }) => event)).not.toContain('receipt');
    expect(second.events.at(-1)?.data).toMatchObject({ state: 'published' });
  });
});

const order = (stage: unknown): number =>
  ['waiting', 'inspecting', 'accepted', 'rejected'].indexOf(String(stage));

describe('a process that stops', () => {
  async function aServer(): Promise<{ server: RunningServer; stopping: () => void }> {
    const parts = composeIngest({ config: ingest.config, logger: silentLogger() });
    const server = await serve(parts.app.fetch, { host: '127.0.0.1', port: 0 });
    return { server, stopping: () => parts.stopping?.() };
  }

  it('ends its streams at once, also those of readers that take nothing', async () => {
    const { server, stopping } = await aServer();
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: Buffer.from('a') }]));
    const path = `http://127.0.0.1:${server.port}/v1/uploads/${receipt.upload_id}/events`;
    const [reading, stuck] = await Promise.all([get(path, user), get(path, user)].map(answerOf));
    stuck?.pause();
    const startedAt = performance.now();
    const ended = reading === undefined ? Promise.resolve() : once(reading.resume(), 'end');
    stopping();
    await Promise.all([ended, server.close(50)]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('notices a client that goes away, and keeps nothing for it', async () => {
    const { server } = await aServer();
    const user = await ingest.aUser();
    const receipt = await ingest.declare(user, aBody([{ path: 'a.bin', bytes: Buffer.from('a') }]));
    const path = `http://127.0.0.1:${server.port}/v1/uploads/${receipt.upload_id}/events`;
    const most = ingest.config.FOLLOW_STREAMS_PER_USER;
    const open = async () => {
      const request = get(path, user);
      return { request, response: await answerOf(request) };
    };
    const streams = await Promise.all(Array.from({ length: most }, open));
    expect(streams.map(({ response }) => response.statusCode)).toEqual(streams.map(() => 200));
    expect((await open()).response.statusCode).toBe(429);
    for (const { request } of streams) request.destroy();
    await vi.waitFor(
      async () => {
        const { request, response } = await open();
        request.destroy();
        expect(response.statusCode).toBe(200);
      },
      { timeout: 40_000 },
    );
    await server.close();
  });
});

async function answerOf(request: ReturnType<typeof get>): Promise<IncomingMessage> {
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}
