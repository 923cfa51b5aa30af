import { createLogger } from '@cairn/shared/logging/logger';
import { startTestStack, type TestStack } from '@cairn/infra/local/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeForTest, storedItems, type TestAuth } from './auth.harness.ts';

const PASSWORD = 'canary-7f3a-password';
const NEXT_PASSWORD = 'canary-7f3a-another';
const JSON_TYPE = { 'content-type': 'application/json' };

let stack: TestStack;
let auth: TestAuth;
const lines: string[] = [];
beforeAll(async () => {
  stack = await startTestStack();
  const logger = createLogger('auth', {
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  auth = await composeForTest(stack, { logger });
  await auth.start?.();
});
afterAll(async () => {
  await auth.stop();
  await stack.close();
});

interface Answer {
  readonly token: string;
  readonly refresh_token: string;
  readonly key: string;
}

test('no password, token, refresh token or key is in any log line, problem or table, however a request ends', async () => {
  const problems: string[] = [];
  const call = async (method: string, path: string, body?: unknown, bearer?: string) => {
    const answer = await auth.app.request(path, {
      method,
      headers: { ...JSON_TYPE, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400) problems.push(text);
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer };
  };
  const credentials = { username: 'canary@example.com', password: PASSWORD };

  const { body: first } = await call('POST', '/v1/users', credentials);
  const { body: other } = await call('POST', '/v1/sessions', credentials);
  const { body: second } = await call('POST', '/v1/sessions/refresh', { refresh_token: first.refresh_token });
  const { body: made } = await call('POST', '/v1/keys', { name: 'k', scopes: ['account'] }, second.token);
  expect((await call('GET', '/v1/users/me', undefined, made.key)).status).toBe(200);
  await call(
    'PUT',
    '/v1/users/me/password',
    { current_password: PASSWORD, new_password: NEXT_PASSWORD },
    second.token,
  );
  for (const body of [
    { refresh_token: first.refresh_token },
    { refresh_token: `${other.refresh_token}x` },
    { refresh_token: [second.refresh_token] },
  ]) {
    expect((await call('POST', '/v1/sessions/refresh', body)).status).toBeGreaterThanOrEqual(400);
  }
  for (let i = 0; i < 7; i++)
    await call('POST', '/v1/sessions', { ...credentials, password: `${PASSWORD}${i}` });
  await call('POST', '/v1/sessions', `{"password":"${PASSWORD}","refresh_token":"${second.refresh_token}"`);
  await call('GET', '/v1/sessions', undefined, `${made.key}x`);
  await call('DELETE', '/v1/keys/nothing', undefined, second.token);

  const stored = storedItems();
  const tables = JSON.stringify(await Promise.all([stored.users(), stored.sessions(), stored.apiKeys()]));
  const told = lines.join('');
  expect(told).toContain('a retired refresh token came again');
  const secrets = [PASSWORD, NEXT_PASSWORD];
  for (const text of [
    first.token,
    second.token,
    other.token,
    first.refresh_token,
    second.refresh_token,
    other.refresh_token,
    made.key,
  ]) {
    secrets.push(text, text.split('.').at(-1) ?? text);
  }
  for (const secret of secrets) {
    expect(told).not.toContain(secret);
    expect(problems.join('')).not.toContain(secret);
    expect(tables).not.toContain(secret);
  }
  expect(told + problems.join('')).not.toContain('$argon2id$');
});
