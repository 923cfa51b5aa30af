import { bytesSource, putToStorage } from '@cairn/tools/client/transfer';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { aModel, anUpload, aRegisteredUser, type RegisteredUser } from './builders.ts';
import { apiUnderTest, expectProblem } from './client.ts';
import { followUpload, transitionOf } from './event-stream.ts';

const api = await apiUnderTest();
let owner: RegisteredUser;
beforeAll(async () => {
  owner = await aRegisteredUser(api);
});

async function aDeclaredUpload() {
  const contents = [aModel(), aModel()] as const;
  const upload = await anUpload({
    files: contents.map((bytes, i) => ({ path: `part-${i}.glb`, bytes })),
    pictures: [],
  });
  const receipt = await api.declareUpload(owner.token, upload.declaration);
  return {
    receipt,
    send: async (position: 0 | 1) => {
      const put = receipt.files[position]?.put;
      if (put === undefined) throw new Error('the receipt holds no URL');
      expect((await putToStorage(put, bytesSource(contents[position]))).status).toBe(200);
    },
  };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 40_000, interval: 50 });

describe('an upload that is followed', () => {
  it('tells each transition exactly once, over a connection that is cut in the middle', async () => {
    const { receipt, send } = await aDeclaredUpload();
    const [first, second] = receipt.files;
    const before = await followUpload(owner.token, receipt.upload_id);
    await until(() => expect(before.events.map(({ event }) => event)).toEqual(['receipt']));
    await send(0);
    const firstIsDone = `${first?.file_id} accepted 100`;
    await until(() => expect(before.events.map(transitionOf)).toContain(firstIsDone));
    before.cut();
    await before.over;
    await send(1);
    const last = before.events.at(-1);
    const after = await followUpload(owner.token, receipt.upload_id, last?.id);
    await after.over;

    const told = [...before.events, ...after.events].map(transitionOf);
    expect(new Set(told).size).toBe(told.length);
    expect(told[0]).toBe('receipt created');
    expect(told).toContain(firstIsDone);
    expect(told).toContain(`${second?.file_id} accepted 100`);
    expect(told.at(-1)).toBe('upload published');
    expect(after.events.map(({ event }) => event)).not.toContain('receipt');

    const ended = await followUpload(owner.token, receipt.upload_id, after.events.at(-1)?.id);
    expect(ended.status).toBe(204);
  });

  it('tells its end to all who follow it, and to nobody else', async () => {
    const { receipt } = await aDeclaredUpload();
    const path = `/v1/uploads/${receipt.upload_id}`;
    const stranger = await aRegisteredUser(api);
    const refused = await api.call({ method: 'GET', path: `${path}/events`, token: stranger.token });
    expectProblem(refused, 404, 'upload.not_found');
    const followers = await Promise.all([1, 2, 3].map(() => followUpload(owner.token, receipt.upload_id)));
    await api.call({ method: 'DELETE', path, token: owner.token });
    for (const { over, events } of followers) {
      await over;
      expect(events.map(transitionOf)).toEqual(['receipt created', 'upload aborted']);
    }
  });
});

describe('a dry run', () => {
  it('says what a declaration would be refused for, all at once, and leaves nothing behind', async () => {
    const user = await aRegisteredUser(api);
    const { declaration } = await anUpload({ pictures: [] });
    const dryRun = (json: unknown) =>
      api.call({ method: 'POST', path: '/v1/uploads?dry_run=true', token: user.token, json });
    const [file] = declaration.files;
    if (file === undefined) throw new Error('no file was declared');
    const accepted = await dryRun(declaration);
    expect(accepted).toMatchObject({
      status: 200,
      body: {
        accepted: true,
        problems: [],
        plan: { version: '1.0.0', total_bytes: file.size, files: [{ path: file.path, method: 'single' }] },
        quota: { open_uploads: { used: 0, wanted: 1 }, bytes: { used: 0, wanted: file.size } },
      },
    });
    const tooMuch = { ...file, size: 2 ** 40, main: true };
    const refused = await dryRun({ ...declaration, files: [tooMuch, { ...tooMuch, path: 'CRATE.glb' }] });
    expect(refused).toMatchObject({
      status: 200,
      body: {
        accepted: false,
        problems: [
          { code: 'upload.file_too_large', field: '/files/0/size' },
          { code: 'upload.file_too_large', field: '/files/1/size' },
          { code: 'upload.two_main_files', field: '/files/1/main' },
          { code: 'upload.duplicate_path', field: '/files/1/path' },
          { code: 'quota.exceeded', field: 'quota.bytes' },
        ],
      },
    });
    const invalid = await dryRun({ ...declaration, version: 'one', licence: 'MIT' });
    expect(invalid).toMatchObject({
      status: 200,
      body: {
        accepted: false,
        plan: null,
        problems: [
          { code: 'version.not_semver', field: '/version' },
          { code: 'field.unknown', field: '/licence' },
        ],
      },
    });
    const list = await api.call({ method: 'GET', path: '/v1/uploads', token: user.token });
    expect(list.body).toMatchObject({ items: [] });
  });
});
