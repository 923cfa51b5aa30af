import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Every worker, and every process and thread that a test starts, would else compile the same modules again.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('node_modules/.cache/node-compile-cache', import.meta.url),
);

// Node loads the files itself, as it does in production: nothing here needs Vite to change them on the way.
const experimental = { viteModuleRunner: false, nodeLoader: false };

// The tiers of STYLE: a test's file name and place decide what it may use.
export default defineConfig({
  test: {
    experimental,
    // Most of a test's time is waiting, for a queue, a process or a store.
    maxWorkers: 4,
    // Says what failed and what was skipped, then sums up.
    reporters: ['minimal'],
    projects: [
      {
        test: {
          experimental,
          name: 'unit',
          // Nothing here outlives its test, so files share their workers and what these have loaded.
          isolate: false,
          pool: 'threads',
          // For a machine that has more to do: a property test takes as long as its processor time takes.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          include: [
            '{shared,infra,tools}/**/src/**/*.test.ts',
            'services/*/src/**/*.test.ts',
            'infra/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/**/*.test.ts',
            'e2e/containers/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/test/**', '**/*.{container,isolated}.test.ts'],
        },
      },
      {
        // These change their process for good, such as by blocking decoders: each has one of its own.
        test: {
          experimental,
          name: 'isolated',
          pool: 'forks',
          include: ['services/*/{src,test}/**/*.isolated.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          experimental,
          name: 'integration',
          include: ['{shared,infra}/**/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.{container,long,isolated}.test.ts'],
          // Files close what they open, so that a worker serves one after the other with what it has loaded.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Large numbers and real kills: what the other tiers show in small. `npm run test:long`.
        test: {
          experimental,
          name: 'long',
          include: [
            '{shared,infra}/test/**/*.long.test.ts',
            'services/*/test/**/*.long.test.ts',
            'e2e/*.long.test.ts',
            // These have more to do here.
            'infra/test/s3/{local-durability,local-server}.test.ts',
            'services/gateway/test/{path-spelling,slow-clients}.test.ts',
            'services/*/test/degradation.test.ts',
          ],
          env: { TEST_DEPTH: 'long' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Unit tests that have more to do here.
        test: {
          experimental,
          name: 'long-unit',
          include: ['services/catalog/src/adapters/search-index/{oracle,search-engine}.test.ts'],
          env: { TEST_DEPTH: 'long' },
          testTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          experimental,
          name: 'e2e',
          isolate: false,
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          exclude: ['**/node_modules/**', 'e2e/containers/**', '**/*.long.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          experimental,
          name: 'containers',
          include: ['**/*.container.test.ts'],
          globalSetup: ['e2e/containers/emulator.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
