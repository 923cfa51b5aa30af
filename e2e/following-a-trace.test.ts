import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Receipt } from '@cairn/tools/client/wire';
import { beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { aModel, anUpload, aRegisteredUser, sendAll, untilState, type RegisteredUser } from './builders.ts';
import { apiUnderTest } from './client.ts';
import type { ReceivedSpan } from './trace-receiver.ts';

const receiverUrl = inject('traceReceiverUrl');
const dataFolder = inject('dataFolder');
const isOurs = receiverUrl !== undefined && dataFolder !== undefined;

const api = await apiUnderTest();
const soon = { timeout: 20_000, interval: 100 };

const spansOf = async (traceId: string): Promise<ReceivedSpan[]> =>
  (await (await fetch(`${receiverUrl}/traces/${traceId}`)).json()) as ReceivedSpan[];

describe('one upload whose client has begun a trace', () => {
  const traceId = randomBytes(16).toString('hex');
  const clientSpan = randomBytes(8).toString('hex');
  let owner: RegisteredUser;
  let receipt: Receipt;
  let requestId: string | null;
  let spans: ReceivedSpan[];

  beforeEach((context) => {
    if (!isOurs) context.skip('needs a product of our own, whose traces and logs are at hand');
  });
  beforeAll(async () => {
    if (!isOurs) return;
    owner = await aRegisteredUser(api);
    const upload = await anUpload({ files: [{ path: 'box.glb', bytes: aModel() }], pictures: [] });
    const answer = await api.call({
      method: 'POST',
      path: '/v1/uploads',
      token: owner.token,
      json: upload.declaration,
      headers: { traceparent: `00-${traceId}-${clientSpan}-01` },
    });
    if (answer.status !== 201) throw new Error(`the declaration answered ${answer.status}`);
    requestId = answer.headers.get('x-request-id');
    receipt = answer.body as Receipt;
    await sendAll(upload, receipt);
    await untilState(api, owner.token, receipt.upload_id, 'published');
    spans = await vi.waitFor(async () => {
      const received = await spansOf(traceId);
      // Each is sent when it ends, the last ones of the three processes in any order.
      const names = new Set(received.map(({ name }) => name));
      const missing = ['file.arrived', 'event.record', 'index.visible'].filter((name) => !names.has(name));
      if (missing.length > 0) throw new Error(`these spans have not come: ${missing.join(', ')}`);
      return received;
    }, soon);
  });

  it('is one trace from the gateway through queue and worker to the index', () => {
    const stages = new Set(spans.map(({ service, name }) => `${service} ${name}`));
    expect(stages).toEqual(
      new Set([
        'gateway POST /v1/uploads',
        'ingest DeclareUpload',
        'ingest file.arrived',
        'ingest file.inspect',
        'ingest upload.publish',
        'catalog event.publish',
        'catalog event.record',
        'catalog index.visible',
      ]),
    );
  });

  it('hangs together: every span follows another one of it, the first one the client', () => {
    const known = new Set(spans.map(({ spanId }) => spanId));
    const strangers = spans.filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''));
    expect(strangers.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['POST /v1/uploads', clientSpan],
    ]);
  });

  it('I11: has no URL, no token and no name in its spans', () => {
    const text = JSON.stringify(spans);
    const { put } = receipt.files[0] ?? {};
    for (const secret of [owner.token, owner.password, owner.username, 'box.glb', 'X-Amz', '://', '?']) {
      expect(text).not.toContain(secret);
    }
    expect(put?.url).toContain('X-Amz');
  });

  it('is found in the logs of all three services by its trace and by the id of its request', async () => {
    const lines = await vi.waitFor(async () => {
      const found = (await logLines()).filter((line) => line.trace_id === traceId);
      const told = found.map(({ service, msg, state }) => [service, msg, state].filter(Boolean).join(' '));
      expect(told.sort()).toEqual([
        'catalog change recorded',
        'gateway request',
        'ingest request',
        'ingest upload changed open',
        'ingest upload changed published',
      ]);
      return found;
    }, soon);
    expect(new Set(lines.map(({ request_id }) => request_id))).toEqual(new Set([requestId]));
    const services = lines.filter(({ service }) => service !== 'gateway');
    expect(new Set(services.map(({ user_id }) => user_id))).toEqual(new Set([owner.asin]));
  });
});

async function logLines(): Promise<Record<string, unknown>[]> {
  const folder = path.join(dataFolder ?? '', 'logs');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) =>
    text.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [parse(line)] : [])),
  );
}

const parse = (line: string) => JSON.parse(line) as Record<string, unknown>;
