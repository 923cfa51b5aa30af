import { describe, expect, test } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { authEventsConsumer } from './messaging/auth-events.consumer.ts';
import { anAccountWorld as aWorld } from './testing/account-world.ts';
import { NOON, PASSWORD } from './testing/builders.ts';

const noExports = { writeExportPart: async () => undefined, noteExportPart: async () => undefined };

describe('DELETE /v1/users/me', () => {
  test('as a dry run lists what would go, and changes nothing', async () => {
    const { call, join, signIn } = await aWorld();
    const { asin, token } = await join('Mara');
    await signIn('mara');
    await call('POST', '/v1/keys', token, { name: 'ci', scopes: ['assets:read'] });
    await call('PATCH', '/v1/users/me', token, { username: 'Mira', password: PASSWORD });
    const path = '/v1/users/me?dry_run=true';
    expect((await call('DELETE', path, token, { password: 'another password' })).status).toBe(401);
    expect(await call('DELETE', path, token, { password: PASSWORD, assets: 'keep' })).toMatchObject({
      status: 200,
      body: {
        asin,
        assets: 'keep',
        sessions: 2,
        keys: ['ci'],
        usernames: 2,
        role: 'user',
        more: { assets: `/v1/assets?owner=${asin}`, uploads: '/v1/uploads' },
      },
    });
    expect((await signIn('mira')).status).toBe(201);
  });

  test('gives the id of a report, which is finished when every service has reported, and says not whose', async () => {
    const { call, join, notePurge, clock, relay, published } = await aWorld();
    const { asin, token } = await join('Mara');
    const { body } = await call('DELETE', '/v1/users/me', token, { password: PASSWORD });
    const report = () => call('GET', `/v1/deletions/${body.deletion_id}`);
    const states = async () =>
      (await report()).body.steps.map((each: Record<string, unknown>) => [each.step, each.state, each.count]);
    expect(await states()).toEqual([
      ['sessions', 'done', 1],
      ['keys', 'done', 0],
      ['uploads', 'waiting', null],
      ['assets', 'waiting', null],
      ['files', 'waiting', null],
    ]);
    await relay();
    expect(published).toMatchObject([{ type: 'user.deleted', user_id: asin, assets: 'delete' }]);

    const consume = authEventsConsumer({ notePurge, ...noExports });
    const purged = (counts: Record<string, number>, date = NOON) => ({
      id: newId('event'),
      receiveCount: 1,
      body: JSON.stringify({
        id: newId('event'),
        type: 'user.purged',
        occurred_at: date,
        revision: 2,
        user_id: asin,
        counts,
      }),
    });
    const { signal } = new AbortController();
    await consume(purged({ uploads: 2 }), signal);
    await consume(purged({ uploads: 0 }), signal);
    await consume(purged({ assets: 3 }), signal);
    expect((await report()).body).toMatchObject({ state: 'running', date_finished: null });
    const later = '2026-11-22T12:05:00.000Z';
    await consume(purged({ assets: 3, files: 3, unknown: 1 }, later), signal);
    const { body: finished } = await report();
    expect(finished).toMatchObject({ state: 'finished', date_finished: later, assets: 'delete' });
    expect((await states()).slice(2)).toEqual([
      ['uploads', 'done', 2],
      ['assets', 'done', 3],
      ['files', 'done', 3],
    ]);
    expect(JSON.stringify(finished)).not.toMatch(/user_|mara/i);

    clock.now = new Date(Date.parse(NOON) + 30 * 86_400_000);
    expect((await report()).body).toMatchObject({ status: 404, code: 'deletion.not_found' });
  });

  test('with assets kept does not ask for their files', async () => {
    const { call, join, relay, published } = await aWorld();
    const { token } = await join('Mara');
    const { body } = await call('DELETE', '/v1/users/me', token, { password: PASSWORD, assets: 'keep' });
    await relay();
    expect(published).toMatchObject([{ type: 'user.deleted', assets: 'keep' }]);
    const { steps } = (await call('GET', `/v1/deletions/${body.deletion_id}`)).body;
    expect(steps.map((each: Record<string, unknown>) => each.step)).not.toContain('files');
  });

  test('releases former names too', async () => {
    const { call, join, names } = await aWorld();
    const { token } = await join('Mara');
    await call('PATCH', '/v1/users/me', token, { username: 'Mira', password: PASSWORD });
    await call('DELETE', '/v1/users/me', token, { password: PASSWORD });
    for (const name of ['mara', 'mira']) expect(await names.find(name)).toBeUndefined();
  });

  test('a report about somebody who lives, or that is none, is poison', async () => {
    const { join, notePurge } = await aWorld();
    const { asin } = await join('Mara');
    const consume = authEventsConsumer({ notePurge, ...noExports });
    const about = { id: 'e', occurred_at: NOON, revision: 1, user_id: asin };
    const bodies = [
      JSON.stringify({ ...about, type: 'user.purged', counts: { uploads: 1 } }),
      JSON.stringify({ ...about, type: 'user.deleted' }),
      'no JSON',
    ];
    for (const body of bodies) {
      const message = { id: 'm', receiveCount: 1, body };
      await expect(consume(message, new AbortController().signal)).rejects.toThrow(/not|tells/);
    }
  });
});
