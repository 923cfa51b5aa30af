import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createApiClient } from '@cairn/tools/client/api-client';
import { startProduct, type Product } from '@cairn/tools/product/start-product';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aRegisteredUser } from './builders.ts';
import { TEST_ENVIRONMENT } from './test-environment.ts';

const COMMAND = fileURLToPath(import.meta.resolve('@cairn/auth/src/commands/auth-keys.ts'));
const ROUTES = ['/v1/users/me', '/v1/uploads', '/v1/assets?limit=1'];
/** The documented bound. */
const BOUND_MS = 10 * 60_000;

let product: Product;
beforeAll(async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'cairn-keys-'));
  product = await startProduct({ dataFolder, env: TEST_ENVIRONMENT });
});
afterAll(async () => {
  await product.stop();
  await rm(product.dataFolder, { recursive: true, force: true });
});

it(
  'what a signing key that is removed has signed is refused by every service within ten minutes, and sessions go on',
  async () => {
    const api = createApiClient(product.url);
    const user = await aRegisteredUser(api);
    const session = await api.signIn(user);
    const { key } = await api.createKey(user.token, ['assets:read', 'account']);
    const statuses = async (token: string) =>
      Promise.all(
        ROUTES.map(async (route) => {
          const answer = await fetch(`${product.url}${route}`, {
            headers: { authorization: `Bearer ${token}` },
          });
          await answer.body?.cancel();
          return answer.status;
        }),
      );
    expect(await statuses(user.token)).toEqual([200, 200, 200]);
    // A service that was ready before auth takes keys with its next try for the list of revocations.
    await vi.waitFor(async () => expect(await statuses(key)).toEqual([200, 200, 200]), {
      timeout: 10_000,
      interval: 500,
    });

    const { kid } = JSON.parse(Buffer.from(user.token.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string;
    };
    const file = ['--file', path.join(product.dataFolder, 'signing-keys.json')];
    await promisify(execFile)(process.execPath, [COMMAND, 'rotate', '--at-once', ...file]);
    await promisify(execFile)(process.execPath, [COMMAND, 'remove', kid, ...file]);
    const removedAt = Date.now();
    await vi.waitFor(
      async () => {
        expect(await statuses(user.token)).toEqual([401, 401, 401]);
        expect(await statuses(key)).toEqual([401, 401, 401]);
      },
      { timeout: BOUND_MS, interval: 2_000 },
    );
    process.stdout.write(`refused everywhere after ${Math.round((Date.now() - removedAt) / 1_000)} s\n`);

    const refreshed = await api.call({
      method: 'POST',
      path: '/v1/sessions/refresh',
      json: { refresh_token: session.refresh_token },
    });
    expect(refreshed.status).toBe(200);
    const { token } = refreshed.body as { token: string };
    expect(await statuses(token)).toEqual([200, 200, 200]);
  },
  BOUND_MS + 60_000,
);
