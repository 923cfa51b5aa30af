import { newId } from '@cairn/shared/ids';
import { EXPORT_PARTS, partKey, type ExportPart } from '@cairn/shared/exports/export-parts';
import { writeExportPart } from '@cairn/shared/exports/write-export-part';
import { describe, expect, test } from 'vitest';
import { collectAccount } from './domain/exporting/collect-account.ts';
import { sweepExports } from './domain/exporting/remove-exports.ts';
import { anAccountWorld } from './testing/account-world.ts';
import { NOON, PASSWORD } from './testing/builders.ts';

const HOUR_MS = 3_600_000;

async function aWorld() {
  const world = await anAccountWorld();
  const { asin, token } = await world.join('Mara');
  const session = { token };
  const ask = () => world.call('POST', '/v1/users/me/export', session.token);
  const look = (id: string, by = session.token) => world.call('GET', `/v1/exports/${id}`, by);
  const pass = async (ms: number) => {
    world.clock.now = new Date(Date.parse(NOON) + ms);
    session.token = (await world.signIn('mara')).body.token as string;
  };
  const note = (exportId: string, part: ExportPart) =>
    world.noteExportPart({ userId: asin, exportId }, part, world.now().toISOString());
  const noteAll = async (exportId: string) => {
    for (const part of EXPORT_PARTS) {
      const key = partKey({ userId: asin, exportId }, part);
      await world.exportStore.put(key, oneChunk(`of ${part}`));
      await note(exportId, part);
    }
  };
  return { ...world, asin, token, ask, look, note, noteAll, pass };
}

async function* oneChunk(text: string) {
  yield new TextEncoder().encode(text);
}

describe('POST /v1/users/me/export', () => {
  test('starts an export whose event leaves by the outbox, and asked again gives the same one', async () => {
    const { ask, look, relay, published, asin } = await aWorld();
    const first = await ask();
    expect(first).toMatchObject({
      status: 202,
      body: { state: 'running', date_requested: NOON, date_finished: null, archive: null },
    });
    expect((await ask()).body).toEqual(first.body);
    expect((await look(first.body.export_id)).body).toEqual(first.body);
    await relay();
    const { export_id } = first.body;
    expect(published).toMatchObject([{ type: 'user.export_requested', user_id: asin, export_id }]);
  });

  test('of a hundred at once begins one', async () => {
    const { ask } = await aWorld();
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.export_id as string)).size).toBe(1);
  });

  test('waits an hour after one that is ready, which it names, and then takes its place', async () => {
    const { ask, look, noteAll, pass } = await aWorld();
    const { body: first } = await ask();
    await noteAll(first.export_id);
    await pass(HOUR_MS / 2);
    const early = await ask();
    expect(early).toMatchObject({ status: 429, body: { code: 'export.too_soon' } });
    expect(early.body.hint).toContain(first.export_id);
    await pass(HOUR_MS);
    const second = await ask();
    expect(second.status).toBe(202);
    expect(second.body.export_id).not.toBe(first.export_id);
    expect((await look(first.export_id)).status).toBe(404);
  });

  test('is for sessions, not for API keys', async () => {
    const { call, token } = await aWorld();
    const { body } = await call('POST', '/v1/keys', token, { name: 'ci', scopes: ['account'] });
    const answer = await call('POST', '/v1/users/me/export', body.key);
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.session_required' } });
    const read = await call('GET', `/v1/exports/${newId('export')}`, body.key);
    expect(read).toMatchObject({ status: 403, body: { code: 'auth.session_required' } });
  });
});

describe('an export', () => {
  test('is ready with its last part, in whatever order and however often they are told', async () => {
    const { ask, look, noteAll, note, exportStore, asin } = await aWorld();
    const { body } = await ask();
    const key = partKey({ userId: asin, exportId: body.export_id }, 'assets');
    await exportStore.put(key, oneChunk('of assets'));
    await note(body.export_id, 'assets');
    await note(body.export_id, 'assets');
    expect((await look(body.export_id)).body).toMatchObject({ state: 'running', archive: null });
    await noteAll(body.export_id);
    const ready = await look(body.export_id);
    expect(ready.body).toMatchObject({
      state: 'ready',
      date_finished: NOON,
      archive: { url: expect.stringContaining(body.export_id), size_bytes: 3 },
    });
    // Of a part that was written again, late, nothing stays.
    await noteAll(body.export_id);
    expect((await look(body.export_id)).body).toEqual(ready.body);
    expect([...exportStore.objects.keys()]).toHaveLength(1);
  });

  test('that dies while it is put together is put together by the repeat of its last message', async () => {
    const { ask, look, noteAll, exportStore, note } = await aWorld();
    const { body } = await ask();
    const assemble = exportStore.assemble.bind(exportStore);
    exportStore.assemble = () => Promise.reject(new Error('the process dies'));
    await expect(noteAll(body.export_id)).rejects.toThrow('the process dies');
    expect((await look(body.export_id)).body.state).toBe('running');
    exportStore.assemble = assemble;
    await note(body.export_id, 'assets');
    expect((await look(body.export_id)).body.state).toBe('ready');
  });

  test('of somebody else is as unknown as none', async () => {
    const { ask, look, join, noteAll } = await aWorld();
    const { body } = await ask();
    await noteAll(body.export_id);
    const stranger = await join('Lena');
    for (const id of [body.export_id, newId('export')]) {
      expect(await look(id, stranger.token)).toMatchObject({
        status: 404,
        body: { code: 'export.not_found' },
      });
    }
  });

  test('has failed after an hour without its parts, and another can be asked for', async () => {
    const { ask, look, pass } = await aWorld();
    const { body } = await ask();
    await pass(HOUR_MS);
    expect((await look(body.export_id)).body.state).toBe('failed');
    expect((await ask()).body.export_id).not.toBe(body.export_id);
  });

  test('is unknown after a day, and its objects are removed by their age', async () => {
    const { ask, look, noteAll, pass, exportStore, now } = await aWorld();
    const { body } = await ask();
    await noteAll(body.export_id);
    const sweep = sweepExports({ exportStore, now });
    await pass(24 * HOUR_MS);
    expect((await look(body.export_id)).status).toBe(404);
    await sweep();
    expect(exportStore.objects.size).toBe(1);
    await pass(27 * HOUR_MS);
    await sweep();
    expect(exportStore.objects.size).toBe(0);
  });

  test('I6: goes with the account, also what is put together while it is deleted', async () => {
    const { ask, call, token, noteAll, note, asin, exports, exportStore, relay, published } = await aWorld();
    const { body } = await ask();
    const assemble = exportStore.assemble.bind(exportStore);
    exportStore.assemble = async (of, date) => {
      await call('DELETE', '/v1/users/me', token, { password: PASSWORD });
      return assemble(of, date);
    };
    await noteAll(body.export_id);
    expect(await exports.find(asin)).toBeUndefined();
    expect(exportStore.objects.size).toBe(0);
    await note(body.export_id, 'assets');
    await relay();
    expect(published.map(({ type }) => type)).toEqual(['user.deleted']);
  });

  test('I6: whose wish was written while its user was deleted goes nowhere and leaves nothing', async () => {
    const { ask, call, token, exports, relay, published, users, asin } = await aWorld();
    const begin = exports.begin.bind(exports);
    const wishes: Parameters<typeof begin>[] = [];
    exports.begin = async (...wish) => (wishes.push(wish), true);
    await ask();
    await call('DELETE', '/v1/users/me', token, { password: PASSWORD });
    for (const wish of wishes) await begin(...wish);
    await relay();
    expect(published.map(({ type }) => type)).toEqual(['user.deleted']);
    expect(await exports.find(asin)).toBeUndefined();
    expect([...users.outbox.values()].flat()).toEqual([]);
  });
});

test("auth's part tells all it knows, and never what opens anything", async () => {
  const world = await aWorld();
  const { call, join, asin, token, signIn, exportStore } = world;
  await signIn('mara', 'a wrong password');
  const { body: key } = await call('POST', '/v1/keys', token, { name: 'build', scopes: ['assets:read'] });
  await world.setRole({ userId: asin, role: 'admin', reason: 'First.', actor: 'command' });
  const lena = await join('Lena');
  await world.setRole({ userId: lena.asin, role: 'moderator', reason: 'Helps.', actor: asin });
  await world.relay();
  const told: object[] = [];
  const write = writeExportPart({
    part: 'account',
    objects: exportStore,
    collect: collectAccount(world),
    isUserDeleted: async () => false,
    report: async (event) => void told.push(event),
    now: world.now,
  });
  const wish = { id: 'event_1', type: 'user.export_requested', occurred_at: NOON, revision: 1 } as const;
  await write({ ...wish, user_id: asin, export_id: 'export_1' });
  expect(told).toMatchObject([{ type: 'user.export_part_written', part: 'account' }]);
  const text = exportStore.objects.get(partKey({ userId: asin, exportId: 'export_1' }, 'account')) ?? '';
  expect(JSON.parse(text)).toMatchObject({
    account: { asin, username: 'Mara', status: 'active', role: 'admin', former_names: [] },
    sessions: [{ session_id: expect.any(String) }],
    api_keys: [{ key_id: key.key_id, name: 'build', scopes: ['assets:read'] }],
    failed_sign_ins: { at_sign_in: 1, signed_in: 0 },
    administrative_acts: [
      { action: 'role.set', role: 'moderator', by: asin, reason: 'Helps.' },
      { action: 'role.set', role: 'admin', by: 'command', of: asin },
    ],
  });
  expect(text).not.toContain(lena.asin);
  expect(text).not.toMatch(/hash|argon2|cairn_key_|cairn_refresh_|eyJ/);
});
