import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ApiClient } from '@cairn/tools/client/api-client';
import { inject } from 'vitest';
import { aRegisteredUser, type RegisteredUser } from './builders.ts';

const COMMAND = fileURLToPath(import.meta.resolve('@cairn/tools/admin/main'));

type StaffRole = 'moderator' | 'admin';

/** One of each role for all tests of a file: nothing that they do takes it from them. */
const staff = new Map<StaffRole, Promise<RegisteredUser>>();

/** Of a user whom `npm run admin` has given the role, in a session of its own; undefined where the product is not ours. */
export async function aStaffToken(api: ApiClient, role: StaffRole): Promise<{ bearer: string } | undefined> {
  const [dataFolder, port] = [inject('dataFolder'), inject('dynamodbPort')];
  if (dataFolder === undefined || port === undefined) return undefined;
  const appointed = staff.get(role) ?? appoint(api, role, ['--data', dataFolder, '--port', String(port)]);
  staff.set(role, appointed);
  const { token } = await api.signIn(await appointed);
  return { bearer: token };
}

async function appoint(api: ApiClient, role: StaffRole, place: readonly string[]): Promise<RegisteredUser> {
  const user = await aRegisteredUser(api);
  await promisify(execFile)(process.execPath, [COMMAND, 'grant', user.username, '--role', role, ...place]);
  return user;
}
