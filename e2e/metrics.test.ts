import { METRICS, type MetricName } from '@cairn/shared/telemetry/metric-catalogue';
import { beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { aModel, anUpload, aRegisteredUser, publish, unique } from './builders.ts';
import { apiUnderTest } from './client.ts';

const addresses = inject('metricsUrls');

const api = await apiUnderTest();
const soon = { timeout: 15_000, interval: 100 };

const textOf = async (service: string): Promise<string> => (await fetch(addresses?.[service] ?? '')).text();
const everything = async (): Promise<string> =>
  (await Promise.all(Object.keys(addresses ?? {}).map(textOf))).join('\n');

/** The value of the one series whose line begins so. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`there is no ${series}`);
  return Number(line.slice(series.length + 1));
}

describe('the metrics of a product that has published an asset', () => {
  const nowhere = unique('nowhere');
  let text: string;

  beforeEach((context) => {
    if (addresses === undefined) context.skip('needs a product of our own, whose internal ports are at hand');
  });
  beforeAll(async () => {
    if (addresses === undefined) return;
    await publish(
      api,
      await aRegisteredUser(api),
      await anUpload({ files: [{ path: 'a.glb', bytes: aModel() }] }),
    );
    await api.call({ method: 'GET', path: `/v1/assets/${nowhere}?secret=${nowhere}` });
    await api.call({ method: 'GET', path: `/v1/${nowhere}` });
    text = await everything();
  });

  it('are those of the catalogue, all of them and no other', () => {
    const told = new Set([...text.matchAll(/^# TYPE (cairn_\w+)/gm)].map(([, name]) => name));
    expect(told).toEqual(new Set(Object.keys(METRICS)));
  });

  it('have the requests by operation, and no path that somebody made up', () => {
    expect(text).toContain('operation="DeclareUpload",status="2xx"');
    expect(text).toContain('operation="POST /v1/uploads",status="2xx"');
    expect(text).toContain('operation="GetAsset",status="4xx"');
    expect(text).toContain('operation="refused",status="4xx"');
    expect(text).not.toContain(nowhere);
    expect(text).toMatch(/cairn_refusals_total\{code="request.not_found"\} [1-9]/);
  });

  it('have every stage of the pipeline, and what became of the messages', async () => {
    for (const stage of ['arrival', 'inspection', 'publication', 'searchable']) {
      expect(valueOf(text, `cairn_upload_stage_seconds_count{stage="${stage}"}`)).toBeGreaterThan(0);
    }
    expect(valueOf(text, 'cairn_uploads_ended_total{state="published"}')).toBeGreaterThan(0);
    for (const queue of ['object-created', 'catalog-events']) {
      const acknowledged = `cairn_message_handling_seconds_count{queue="${queue}",outcome="acknowledged"}`;
      // A message is acknowledged after all that it is about is visible.
      await vi.waitFor(
        async () => expect(valueOf(await everything(), acknowledged)).toBeGreaterThan(0),
        soon,
      );
    }
  });

  it.each<MetricName>(['cairn_queue_messages', 'cairn_queue_oldest_message_age_seconds'])(
    '%s tells of every queue that is consumed, and of its dead letters',
    async (name) => {
      const queues = [
        'object-created',
        'object-created-backlog',
        'ingest-events',
        'catalog-events',
        'downloads',
        'auth-events',
        'api-key-usage',
      ];
      const told = new Set(
        [...text.matchAll(new RegExp(`^${name}\\{.*?queue="([^"]+)"`, 'gm'))].map(([, queue]) => queue),
      );
      expect(told).toEqual(new Set(queues.flatMap((queue) => [queue, `${queue}-dlq`])));
    },
  );

  it('say that every service is ready, and how large the index is', () => {
    expect(text.match(/^cairn_ready 1$/gm)).toHaveLength(4);
    expect(valueOf(text, 'cairn_index_assets')).toBeGreaterThan(0);
    expect(valueOf(text, 'cairn_index_searchable')).toBe(1);
  });

  it('cannot be reached through the API', async () => {
    for (const path of ['/metrics', '/v1/metrics', '/v1/assets/../../metrics']) {
      const answer = await api.call({ method: 'GET', path });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer.body)).not.toContain('cairn_');
    }
  });

  it('are not on the ports of the services', async () => {
    for (const url of Object.values(inject('serviceUrls') ?? {})) {
      expect((await fetch(`${url}/metrics`)).status).toBe(404);
    }
  });
});
