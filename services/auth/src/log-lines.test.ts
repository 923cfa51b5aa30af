import { createLogger } from '@cairn/shared/logging/logger';
import { expect, test } from 'vitest';
import { attemptsOn } from './domain/sign-in-throttle.ts';
import { PASSWORD } from './testing/builders.ts';
import { memoryAuth } from './testing/memory-auth.ts';

function aLoggedAuth() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const { app } = memoryAuth({ logger: createLogger('auth', { level: 'info', destination }) });
  /** The newest line of a request, after it. */
  async function lineOf(method: string, path: string, body: object, headers: Record<string, string> = {}) {
    const response = await app.request(path, {
      method,
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.18.0.7', ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as {
      token: string;
      refresh_token: string;
      user: { asin: string };
    };
    return { line: JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>, answer };
  }
  return { lines, lineOf };
}

test('K04: who signs in, fails, is throttled, refreshes and leaves is in the log, and no name or secret', async () => {
  const { lines, lineOf } = aLoggedAuth();
  const mara = { username: 'Mara@example.com', password: PASSWORD };
  const { answer, line: joined } = await lineOf('POST', '/v1/users', mara);
  const { asin } = answer.user;
  expect(joined).toMatchObject({ operation: 'PostCreateUser', status: 201, user_id: asin });

  const where = { account: attemptsOn({ name: 'mara@example.com' }).slice(0, 12), network: '198.18.0.7' };
  const ok = await lineOf('POST', '/v1/sessions', mara);
  expect(ok.line).toMatchObject({ operation: 'CreateSession', status: 201, user_id: asin, ...where });

  const wrong = { ...mara, password: 'a wrong password' };
  const { line: failed } = await lineOf('POST', '/v1/sessions', wrong);
  expect(failed).toMatchObject({ status: 401, code: 'auth.invalid_credentials', ...where });
  expect(failed).not.toHaveProperty('user_id');
  for (let i = 0; i < 5; i += 1) await lineOf('POST', '/v1/sessions', wrong);
  const { line: throttled } = await lineOf('POST', '/v1/sessions', wrong);
  expect(throttled).toMatchObject({ status: 429, code: 'auth.too_many_attempts', ...where });

  const { line: unknown } = await lineOf('POST', '/v1/sessions', { ...wrong, username: 'hunter2 or so' });
  expect(Object.keys(unknown)).toEqual(Object.keys(failed));

  const { refresh_token } = answer;
  const { line: refreshed } = await lineOf('POST', '/v1/sessions/refresh', { refresh_token });
  expect(refreshed).toMatchObject({ operation: 'RefreshSession', status: 200, user_id: asin });
  await lineOf('POST', '/v1/sessions/refresh', { refresh_token });
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ msg: 'a retired refresh token came again', user_id: asin }),
  );

  const bearer = { authorization: `Bearer ${ok.answer.token}` };
  const { line: refused } = await lineOf(
    'PUT',
    `/v1/users/${asin}/role`,
    { role: 'admin', reason: 'Me.' },
    bearer,
  );
  expect(refused).toMatchObject({ operation: 'SetUserRole', status: 403, user_id: asin });
  const { line: left } = await lineOf('DELETE', '/v1/users/me', { password: PASSWORD }, bearer);
  expect(left).toMatchObject({ operation: 'DeleteOwnUser', status: 202, user_id: asin });

  const told = lines.join('');
  for (const secret of ['mara', 'Mara', 'hunter2', PASSWORD, 'a wrong password', 'eyJ', 'cairn_refresh_']) {
    expect(told).not.toContain(secret);
  }
});
