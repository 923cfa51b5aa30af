import { afterEach, describe, expect, it } from 'vitest';
import { METRICS, type MetricDefinition } from './metric-catalogue.ts';
import { createMetrics } from './metrics.ts';
import { serveMetrics, type MetricsServer } from './metrics-server.ts';

describe('the metrics of a process', () => {
  it('are counted and measured by their labels', async () => {
    const metrics = createMetrics();
    metrics.counter('cairn_refusals_total').inc({ code: 'asset.not_found' }, 2);
    metrics.counter('cairn_refusals_total').inc({ code: 'asset.not_found' });
    metrics.histogram('cairn_message_wait_seconds').observe({ queue: 'downloads' }, 0.2);
    const text = await metrics.text();
    expect(text).toContain('cairn_refusals_total{code="asset.not_found"} 3');
    expect(text).toContain('cairn_message_wait_seconds_bucket{le="0.25",queue="downloads"} 1');
    expect(text).toContain('cairn_message_wait_seconds_bucket{le="0.1",queue="downloads"} 0');
  });

  it('are read when asked for, from all that know of series, and never twice', async () => {
    const metrics = createMetrics();
    let lost = 4;
    metrics.sampled('cairn_download_grants_lost_total', () => lost);
    metrics.sampled('cairn_outbox_items', () => [{ labels: { table: 'users' }, value: 1 }]);
    metrics.sampled('cairn_outbox_items', async () => [{ labels: { table: 'celtic_assets' }, value: 2 }]);
    await metrics.text();
    lost = 5;
    const text = await metrics.text();
    expect(text).toContain('cairn_download_grants_lost_total 5');
    expect(text).toContain('cairn_outbox_items{table="users"} 1');
    expect(text).toContain('cairn_outbox_items{table="celtic_assets"} 2');
  });

  it('leave out what cannot be told, and tell the rest', async () => {
    const metrics = createMetrics();
    metrics.sampled('cairn_change_log_lag_entries', () => Promise.reject(new Error('away')));
    metrics.sampled('cairn_replica_staleness_seconds', () => undefined);
    metrics.sampled('cairn_index_assets', () => 7);
    const values = (await metrics.text()).split('\n').filter((line) => /^\w/.test(line));
    expect(values).toEqual(['cairn_index_assets 7']);
  });

  it.each(Object.entries<MetricDefinition>(METRICS))('%s follows the rules of names', (name, metric) => {
    expect(name).toMatch(/^cairn_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(metric.type === 'counter');
    expect(name.endsWith('_seconds') || metric.type !== 'histogram').toBe(true);
    expect(metric.buckets !== undefined).toBe(metric.type === 'histogram');
    expect(metric.help).not.toBe('');
  });
});

describe('the internal port', () => {
  let server: MetricsServer;
  afterEach(() => server.close());

  it('answers GET /metrics and nothing else', async () => {
    const metrics = createMetrics();
    metrics.sampled('cairn_index_assets', () => 3);
    server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    const answer = await at('/metrics?x=1');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('cairn_index_assets 3');
    expect((await at('/metrics', 'POST')).status).toBe(405);
    expect((await at('/')).status).toBe(404);
    expect((await at('/v1/users')).status).toBe(404);
  });
});
