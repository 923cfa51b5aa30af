import { createSqsClient } from '@cairn/shared/aws/clients';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { serve, type RunningServer } from '@cairn/shared/http/serve';
import { trustInAuth } from '@cairn/shared/http/trust-in-auth';
import { silentLogger } from '@cairn/shared/logging/logger';
import { resolveQueue } from '@cairn/shared/messaging/queue-urls';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { queues } from '@cairn/infra/resources';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiKeyUsageConsumer } from '../src/messaging/api-key-usage.consumer.ts';
import { composeForTest, signedIn, type TestAuth } from './auth.harness.ts';
import { stopInTheMiddle } from './draining-consumer.ts';

let stack: TestStack;
let auth: TestAuth;
let server: RunningServer;
beforeAll(async () => {
  stack = await startTestStack();
  auth = await composeForTest(stack);
  await auth.start?.();
  server = await serve(auth.app.fetch, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await auth.stop();
  await stack.close();
});

async function withKey(username: string) {
  const { token, user } = await signedIn(await auth.register(username));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await auth.app.request('/v1/keys', {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'build server', scopes: ['account'], expires_in_days: 1 }),
  });
  expect(response.status).toBe(201);
  const created = (await response.json()) as { key: string; key_id: string };
  const list = async () => {
    const answer = await auth.app.request('/v1/keys', { headers });
    return ((await answer.json()) as { items: { key_id: string; last_used: string | null }[] }).items;
  };
  return { ...created, headers, user, list };
}

/** Another service, as it would verify what it is sent. */
function aService({ revocations = 'revocations' } = {}) {
  const sqs = createSqsClient();
  const { TOKEN_ISSUER, TOKEN_AUDIENCE } = auth.config;
  const at = `http://127.0.0.1:${server.port}/.well-known`;
  return trustInAuth({
    config: {
      JWKS_URL: `${at}/jwks.json`,
      REVOCATIONS_URL: `${at}/${revocations}`,
      REVOCATIONS_INTERVAL_MS: 30_000,
      TOKEN_ISSUER,
      TOKEN_AUDIENCE,
      API_KEY_USAGE_QUEUE: queues.apiKeyUsage.name,
    },
    sqs,
    logger: silentLogger(),
  });
}

describe('an API key at another service', () => {
  test('is refused without the list of revocations, accepted with it, and its use reaches auth', async () => {
    const { key, key_id, list } = await withKey('keyed');
    expect(await list()).toMatchObject([{ key_id, last_used: null }]);
    const without = aService({ revocations: 'nowhere' });
    await expect(without.verify(key)).rejects.toMatchObject({ code: 'auth.keys_unavailable' });
    const service = aService();
    service.start();
    expect(await service.verify(key)).toMatchObject({ keyId: key_id, username: 'keyed' });
    await service.verify(key);
    await service.stop();
    const today = new Date().toISOString().slice(0, 10);
    await vi.waitFor(async () => expect(await list()).toMatchObject([{ last_used: today }]), 40_000);
  });

  test('is refused by whoever has a list from after its revocation, and by auth at once', async () => {
    const { key, key_id, headers, list } = await withKey('revoked');
    const use = () => auth.app.request('/v1/users/me', { headers: { authorization: `Bearer ${key}` } });
    expect((await use()).status).toBe(200);
    const answer = await auth.app.request(`/v1/keys/${key_id}`, { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    expect((await use()).status).toBe(401);
    expect(await list()).toEqual([]);
    const service = aService();
    service.start();
    await expect(service.verify(key)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await service.stop();
  });

  test('can neither make keys nor end sessions nor the account', async () => {
    const { key } = await withKey('limited');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    for (const [method, path] of [
      ['POST', '/v1/keys'],
      ['GET', '/v1/keys'],
      ['GET', '/v1/sessions'],
      ['DELETE', '/v1/sessions'],
      ['DELETE', '/v1/users/me'],
      ['PUT', '/v1/users/me/password'],
    ] as const) {
      const body = method === 'GET' ? null : '{}';
      const answer = await auth.app.request(path, { method, headers, body });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'auth.session_required' });
    }
  });

  test('ends with its account', async () => {
    const { key, headers } = await withKey('leaving');
    await auth.remove(headers.authorization.slice('Bearer '.length));
    const service = aService();
    service.start();
    await expect(service.verify(key)).rejects.toMatchObject({ code: 'auth.invalid_token' });
    await service.stop();
  });
});

describe('the consumer of api-key-usage', () => {
  const use = (key_id: string, user_id: string, day: string) => ({ user_id, key_id, day });
  const signal = new AbortController().signal;

  /** The queue is that of the running service too, so handlers are called as its loop calls them. */
  function aConsumer() {
    const uses: string[] = [];
    const handle = apiKeyUsageConsumer({
      noteUse: async (userId, keyId, day) => void uses.push(`${userId} ${keyId} ${day}`),
    });
    const take = (body: unknown) =>
      handle(
        { id: 'm', body: typeof body === 'string' ? body : JSON.stringify(body), receiveCount: 1 },
        signal,
      );
    return { uses, take };
  }

  test('takes the same message again and late ones without moving the day back', async () => {
    const { key_id, user, list } = await withKey('redelivered');
    const sqs = createSqsClient();
    const { name, deadLetterQueue } = queues.apiKeyUsage;
    const { url } = await resolveQueue(sqs, name, deadLetterQueue.name);
    for (const day of ['2026-11-24', '2026-11-24', '2026-11-23']) {
      const MessageBody = JSON.stringify(use(key_id, user.asin, day));
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    }
    await vi.waitFor(async () => expect(await list()).toMatchObject([{ last_used: '2026-11-24' }]), 40_000);
  });

  test.each(['', '{}', 'null', use('k', 'u', 'yesterday')])('buries %j', async (body) => {
    const { uses, take } = aConsumer();
    await expect(take(body)).rejects.toThrow(/not/);
    expect(uses).toEqual([]);
  });

  test('what it has begun is finished before it stops', async () => {
    const done: string[] = [];
    await stopInTheMiddle(use('key_1', 'user_1', '2026-11-24'), (hold) =>
      apiKeyUsageConsumer({
        noteUse: async (_user, keyId) => {
          await hold();
          done.push(keyId);
        },
      }),
    );
    expect(done).toEqual(['key_1']);
  });
});
