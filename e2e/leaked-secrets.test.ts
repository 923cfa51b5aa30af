import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { leaksInLogs, leaksInMessages, secretsIn } from './leaked-secrets.ts';

// The search for secrets after the tier has to find them where there are some.
const folder = await mkdtemp(path.join(tmpdir(), 'cairn-leaks-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const KEY = 'private-half-of-a-key';

it.each([
  ['password', 'canary-Zm9vYmFyYmF6cXV4'],
  ['e-mail address', 'user-1@canary.example.org'],
  ['token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJlc2lnbmF0dXJl'],
  ['refresh token', 'cairn_refresh_user_01jd3k5w6he0rtgq5h2tqf7zqk.session'],
  ['API key', 'cairn_key_eyJhbGciOiJSUzI1NiJ9'],
  ['presigned URL', 'http://s3/b/k?X-Amz-Credential=local%2F2026&x=1'],
  ['presigned URL', 'http%3A%2F%2Fs3%3Fx-amz-signature%3Dab12'],
  ['password hash', '$argon2id$v=19$m=19456'],
  ['key', `{"d":"${KEY}"}`],
])('a %s is found', (kind, text) => {
  expect(secretsIn(`a line with ${text} in it`, { key: KEY })).toEqual([kind]);
});

it('what only looks like one is none', () => {
  expect(secretsIn('canary-1 eyJ.eyJ cairn_key_ X-Amz-Signature argon2id user_01@example.org')).toEqual([]);
});

it('logs and messages of a product are searched, and must be there', async () => {
  await mkdir(path.join(folder, 'logs'));
  await mkdir(path.join(folder, 'messaging'));
  const file = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await file('credentials.json', '{"accessKeyId":"id","secretAccessKey":"secret-of-the-storage"}');
  await file('signing-keys.json', JSON.stringify({ keys: [{ private_jwk: { d: KEY } }] }));
  await file('logs/auth.log', '{"request_id":"1"}\n');
  await file('logs/ingest.log', '');
  await file('logs/ingest.log.1', 'secret-of-the-storage');
  expect((await leaksInLogs(folder)).sort()).toEqual([
    'ingest.log.1: secret access key',
    'ingest.log: no request is in it',
  ]);
  expect(await leaksInMessages(folder)).toEqual(['no database of messages was found']);
  await file('messaging/queues.db', `\0SQLite\0{"body":"${KEY}"}`);
  expect(await leaksInMessages(folder)).toEqual(['queues.db: private key 0']);
});
