import { COMMAND_LINE } from '../domain/staff.ts';
import { PASSWORD } from './builders.ts';
import { memoryAuth } from './memory-auth.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** The service in memory, driven by JSON over its routes. */
export async function anAccountWorld() {
  const auth = memoryAuth();
  const call = async (method: string, path: string, token?: string, body?: unknown) => {
    const response = await auth.app.request(path, {
      method,
      headers: { ...JSON_TYPE, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
  const join = async (username: string) => {
    const { body } = await call('POST', '/v1/users', undefined, { username, password: PASSWORD });
    return {
      asin: body.user.asin as string,
      token: body.token as string,
      refresh: body.refresh_token as string,
    };
  };
  const signIn = (username: string, password = PASSWORD) =>
    call('POST', '/v1/sessions', undefined, { username, password });
  const anAdmin = async (username: string) => {
    const user = await join(username);
    await auth.setRole({ actor: COMMAND_LINE, userId: user.asin, role: 'admin', reason: 'The first.' });
    return user;
  };
  return { ...auth, call, join, signIn, anAdmin };
}
