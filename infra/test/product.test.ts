import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDataDirectory } from '../local/data-directory.ts';
import { startFaults, type Faults } from '../local/faults/start-faults.ts';
import { freePorts } from '../local/ports.ts';
import { startProduct } from '../local/product.ts';

it('runs the services through the fault layer, with clients sent there too', async () => {
  const data = openDataDirectory(await mkdtemp(join(tmpdir(), 'cairn-product-')));
  let faults: Faults | undefined;
  const product = await startProduct({
    data,
    ports: await freePorts(),
    entryOf: () => fileURLToPath(new URL('stand-ins/service.ts', import.meta.url)),
    env: {},
    say: () => undefined,
    through: async (stack) => {
      faults = await startFaults(stack);
      return faults.connection;
    },
  });
  await product.supervisor.untilReady(20_000);
  const env: unknown = await (await fetch(`${product.addresses.ingestUrl}/environment`)).json();
  expect(env).toMatchObject({
    ...faults?.environment,
    S3_PUBLIC_ENDPOINT_URL: faults?.s3.url,
  });
  expect(faults?.s3.url).not.toBe(product.stack.connection.s3Url);
  await product.supervisor.stop(5_000);
  await faults?.close();
  await product.stop(5_000);
  data.release();
  await rm(data.path, { recursive: true, force: true });
});
