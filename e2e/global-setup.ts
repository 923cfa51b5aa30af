import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProduct, type ServiceProcess } from '@cairn/tools/product/start-product';
import type { TestProject } from 'vitest/node';
import { leaksInLogs, leaksInMessages, leaksInTables, secretsIn } from './leaked-secrets.ts';
import { TEST_ENVIRONMENT } from './test-environment.ts';
import './provided.ts';
import { startTraceReceiver } from './trace-receiver.ts';

/** One product for all files of the tier: an address that was given (`CAIRN_TARGET`), or one of our own. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const target = process.env.CAIRN_TARGET;
  if (target !== undefined && target !== '') {
    project.provide('productUrl', target.replace(/\/+$/, ''));
    project.provide('isTarget', true);
    project.provide('dataFolder', process.env.CAIRN_TARGET_DATA);
    const port = process.env.CAIRN_TARGET_DYNAMODB_PORT;
    project.provide('dynamodbPort', port === undefined ? undefined : Number(port));
    project.provide('serviceUrls', undefined);
    project.provide('metricsUrls', undefined);
    project.provide('traceReceiverUrl', undefined);
    return undefined;
  }
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-e2e-'));
  const traces = await startTraceReceiver();
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: traces.url, OTEL_BSP_SCHEDULE_DELAY: '500' };
  const product = await startProduct({ dataFolder, env: { ...TEST_ENVIRONMENT, ...tracing } });
  project.provide('productUrl', product.url);
  project.provide('isTarget', false);
  project.provide('dataFolder', dataFolder);
  project.provide('dynamodbPort', Number(new URL(product.aws.dynamodb).port));
  const each = (of: (service: ServiceProcess) => string) =>
    Object.fromEntries(Object.entries(product.services).map(([name, service]) => [name, of(service)]));
  project.provide(
    'serviceUrls',
    each(({ url }) => url),
  );
  project.provide(
    'metricsUrls',
    each(({ metrics }) => metrics),
  );
  project.provide('traceReceiverUrl', traces.url);
  return async () => {
    const inTables = await leaksInTables(dataFolder, product.aws);
    const { exitCode, leftOver } = await product.stop();
    const leaks = [
      ...inTables,
      ...(await leaksInLogs(dataFolder)),
      ...(await leaksInMessages(dataFolder)),
      ...secretsIn(traces.text()).map((secret) => `traces: ${secret}`),
    ];
    await traces.close();
    await rm(dataFolder, { recursive: true, force: true });
    // I11, over everything that the whole tier has done.
    if (leaks.length > 0) throw new Error(`secrets where none belong: ${leaks.join(', ')}`);
    if (exitCode !== 0) throw new Error(`the product ended with exit code ${exitCode}`);
    if (leftOver.length > 0) throw new Error(`the product left processes behind: ${leftOver.join(', ')}`);
  };
}
