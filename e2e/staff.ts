import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ApiClient } from '@cairn/tools/client/api-client';
import { inject } from 'vitest';
import { aRegisteredUser } from './builders.ts';

const COMMAND = fileURLToPath(import.meta.resolve('@cairn/tools/admin/main'));

/** Of a new user, whom `npm run admin` has given the role; undefined where the product is not ours. */
export async function aStaffToken(
  api: ApiClient,
  role: 'moderator' | 'admin',
): Promise<{ bearer: string } | undefined> {
  const [dataFolder, port] = [inject('dataFolder'), inject('dynamodbPort')];
  if (dataFolder === undefined || port === undefined) return undefined;
  const user = await aRegisteredUser(api);
  const place = ['--data', dataFolder, '--port', String(port)];
  await promisify(execFile)(process.execPath, [COMMAND, 'grant', user.username, '--role', role, ...place]);
  const { token } = await api.signIn(user);
  return { bearer: token };
}
