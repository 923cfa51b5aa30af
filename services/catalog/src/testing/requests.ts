import { newId } from '@cairn/shared/ids';
import type { memoryCatalog } from './memory-catalog.ts';

/** A token of a moderator, as memory-catalog.ts reads tokens. */
export const aModerator = (): string => `${newId('user')}.assets:read+assets:write.moderator`;

/** Requests with a JSON body, and what comes back. */
export function jsonClient(catalog: ReturnType<typeof memoryCatalog>) {
  return async function send(
    method: string,
    path: string,
    init: { as?: string; body?: unknown; headers?: Record<string, string> } = {},
  ) {
    const { as, body, headers = {} } = init;
    const answer = await catalog.request(path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(as === undefined ? {} : { as }),
    });
    const text = await answer.text();
    const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> & { code?: string };
    return { status: answer.status, code: json.code, headers: answer.headers, json };
  };
}
