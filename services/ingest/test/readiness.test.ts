import { refuse } from '@cairn/infra/local/faults/rules';
import { startTestStack, type FaultyTestStack } from '@cairn/infra/local/testing';
import { parseConfig } from '@cairn/shared/config/parse-config';
import type { ServiceParts } from '@cairn/shared/lifecycle/run-service';
import { silentLogger } from '@cairn/shared/logging/logger';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { composeIngest } from '../src/compose.ts';
import { ingestConfig } from '../src/config.ts';

const soon = { timeout: 15_000, interval: 50 };
let stack: FaultyTestStack;
let parts: ServiceParts;

beforeAll(async () => {
  stack = await startTestStack({ faults: true });
});
afterAll(() => stack.close());
afterEach(async () => {
  await stack.faults.clear();
  for (const phase of parts.shutdown) await phase.run(1_000);
});

async function start() {
  const config = parseConfig(ingestConfig, {
    ...stack.environmentFor('ingest'),
    JWKS_URL: 'http://127.0.0.1:9/jwks.json',
  });
  parts = composeIngest({ config, logger: silentLogger() });
  await parts.start?.();
  return { isReady: () => parts.isReady?.() ?? true };
}

describe('P04: ingest', () => {
  it.each(['dynamodb', 'sqs'] as const)(
    'starts while %s is away, and becomes ready by itself',
    async (which) => {
      const refusing = stack.faults[which].add(refuse({}));
      const { isReady } = await start();
      await vi.waitFor(() => expect(refusing.hits).toBeGreaterThan(3), soon);
      expect(isReady()).toBe(false);
      expect((await parts.app.request('/v1/limits')).status).toBe(200);
      await refusing.release();
      await vi.waitFor(() => expect(isReady()).toBe(true), soon);
    },
  );
});
