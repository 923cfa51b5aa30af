import { createRoute, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { createApp } from './create-app.ts';
import { endpoint, publicEndpoints, signedInEndpoints } from './endpoint.ts';
import type { Principal } from './principal.ts';

const responses = { 200: { description: 'It', content: { 'application/json': { schema: z.any() } } } };
const query = z.object({ dry_run: z.enum(['true', 'false']).optional() });
const MARA: Principal = {
  userId: 'user_1',
  username: 'mara',
  scopes: new Set(['assets:write']),
  expiresAt: 0,
};

function anApp() {
  let done = 0;
  const at = (path: string, request: object = {}) =>
    endpoint(createRoute({ method: 'get', path, request, responses }), (c) => {
      done += 1;
      return c.json({}, 200);
    });
  const app = createApp({ service: 'test', logger: silentLogger() });
  publicEndpoints(app, undefined, [at('/public', { query }), at('/strict', { query: z.strictObject({}) })]);
  signedInEndpoints(app, async () => MARA, 'assets:write', [at('/own', { query }), at('/bare')]);
  const get = (path: string) => app.request(path, { headers: { authorization: 'Bearer x' } });
  return { app, get, done: () => done };
}

it.each(['/own?dryrun=true', '/own?dry_run=true&dryrun=true', '/bare?dryrun=true', '/strict?dryrun=true'])(
  'a query parameter that the route does not know is refused by name, and nothing is done: %s',
  async (path) => {
    const { get, done } = anApp();
    const answer = await get(path);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'request.invalid',
      errors: [{ field: 'query.dryrun', code: 'field.unknown', message: 'is not a parameter here' }],
    });
    expect(done()).toBe(0);
  },
);

it.each(['/own', '/own?', '/own?dry_run=true', '/bare', '/public?fbclid=1', '/strict'])(
  'what is known, and what others append to a public link, is fine: %s',
  async (path) => {
    expect((await anApp().get(path)).status).toBe(200);
  },
);

it('who is not signed in is told that first', async () => {
  expect((await anApp().app.request('/own?dryrun=true')).status).toBe(401);
});

it('a query that cannot be checked is found when the service starts', () => {
  const odd = createRoute({
    method: 'get',
    path: '/odd',
    request: { query: query.transform((all) => all) },
    responses,
  });
  const app = createApp({ service: 'test', logger: silentLogger() });
  const mount = () =>
    signedInEndpoints(app, async () => MARA, 'account', [endpoint(odd, (c) => c.json({}, 200))]);
  expect(mount).toThrow('the query of /odd is no plain object');
});
