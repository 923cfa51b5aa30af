import { newId } from '@cairn/shared/ids';
import { describe, expect, it, vi } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../testing/builders.ts';
import { aFollowedUpload } from '../testing/followed-upload.ts';
import { readEvents, type ReadEvent } from '../testing/read-events.ts';

const BYTES = Buffer.from('abc');
const names = (events: readonly ReadEvent[]) => events.map(({ event }) => event);
const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 2 });

describe('the events of an upload', () => {
  it('tell the whole receipt, each change, and end with how it ended', async () => {
    const f = await aFollowedUpload();
    const response = await f.follow();
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const stream = readEvents(response);
    await until(() => expect(names(stream.events)).toEqual(['receipt']));
    await f.arrive(0);
    await until(() => expect(names(stream.events)).toEqual(['receipt', 'file', 'upload']));
    await f.arrive(1);
    await stream.ended;
    expect(stream.events.map(({ event, data }) => [event, data.stage ?? data.state])).toEqual([
      ['receipt', 'created'],
      ['file', 'accepted'],
      ['upload', 'uploading'],
      ['file', 'accepted'],
      ['upload', 'published'],
    ]);
    expect(stream.events[1]?.data).toEqual({
      file_id: f.declared.files[0]?.file_id,
      stage: 'accepted',
      percent: 100,
    });
    expect(f.followers.count()).toBe(0);
  });

  it('tell why a file and so the upload was refused', async () => {
    const f = await aFollowedUpload();
    const stream = readEvents(await f.follow());
    await f.arrive(1, Buffer.from('xyz'));
    await stream.ended;
    expect(stream.events.at(-1)?.data).toMatchObject({ state: 'rejected' });
    const { events } = readEvents(await f.follow());
    await until(() =>
      expect(events[0]?.data).toMatchObject({
        files: [{}, { stage: 'rejected', refusal: { code: 'file.hash_mismatch', field: '/files/1/sha256' } }],
      }),
    );
    await until(() => expect(names(events)).toEqual(['receipt', 'upload']));
  });

  it('go on after any event, on any replica, with exactly what has changed since', async () => {
    const f = await aFollowedUpload();
    const whole = readEvents(await f.follow());
    await until(() => expect(whole.events).toHaveLength(1));
    await f.arrive(0);
    await until(() => expect(whole.events).toHaveLength(3));
    await f.arrive(1);
    await whole.ended;
    // All is over now: what is told is the files that are further, then the end.
    const fromEach = [['file', 'file', 'upload'], ['file', 'upload'], ['file', 'upload'], ['upload']];
    for (const [i, { id }] of whole.events.slice(0, -1).entries()) {
      const resumed = readEvents(await f.aReplica().follow({ lastEventId: id }));
      await resumed.ended;
      expect(names(resumed.events)).toEqual(fromEach[i]);
      expect(resumed.events.at(-1)).toEqual(whole.events.at(-1));
    }
  });

  it('are over for whoever has seen the end: 204, so that an EventSource stops', async () => {
    const f = await aFollowedUpload();
    await f.h.abort(f.owner, f.uploadId);
    const stream = readEvents(await f.follow());
    await stream.ended;
    const [receipt, end] = stream.events;
    expect((await f.follow({ lastEventId: end?.id ?? '' })).status).toBe(204);
    const cutOff = readEvents(await f.follow({ lastEventId: receipt?.id ?? '' }));
    await cutOff.ended;
    expect(cutOff.events).toEqual([end]);
  });

  it('begin again with the receipt for an id that is unknown, altered, or of another upload', async () => {
    const f = await aFollowedUpload();
    const other = await f.h.declare(f.owner, aDeclaration());
    await f.h.abort(f.owner, other.upload.upload_id);
    const ended = readEvents(await f.follow({}, other.upload.upload_id));
    await ended.ended;
    const first = readEvents(await f.follow());
    await until(() => expect(first.events).toHaveLength(1));
    const id = first.events[0]?.id ?? '';
    const altered = `${id.slice(0, 4)}${id[4] === 'A' ? 'B' : 'A'}${id.slice(5)}`;
    const ids = ['', 'x', '42', 'ü', `${id}A`, altered, 'A'.repeat(4_000), ended.events.at(-1)?.id ?? ''];
    for (const lastEventId of ids) {
      const stream = readEvents(await f.follow({ lastEventId: encodeURI(lastEventId) }));
      await until(() => expect(names(stream.events)).toEqual(['receipt']));
      await stream.cancel();
    }
    await first.cancel();
  });

  it("are the owner's alone, and nobody's when the upload is gone", async () => {
    const f = await aFollowedUpload();
    expect((await f.follow({ user: newId('user') })).status).toBe(404);
    expect((await f.follow({}, newId('upload'))).status).toBe(404);
    const stream = readEvents(await f.follow());
    await until(() => expect(stream.events).toHaveLength(1));
    await f.h.uploads.remove(f.uploadId);
    await stream.ended;
    expect((await f.follow({ lastEventId: stream.events[0]?.id ?? '' })).status).toBe(404);
  });

  it('end when the account is deleted', async () => {
    const f = await aFollowedUpload();
    const stream = readEvents(await f.follow());
    await f.h.follow.userDeleted(f.owner);
    await stream.ended;
    expect(stream.events.at(-1)?.data).toMatchObject({ state: 'aborted', refusal: { code: 'user.deleted' } });
  });

  it('tell the percent of parts that arrive and of bytes that are read, and never less', async () => {
    const f = await aFollowedUpload();
    const size = 33 * 2 ** 20;
    const declared = await f.h.declare(f.owner, aDeclaration({ files: [{ ...aDeclaredFile(BYTES), size }] }));
    const [file] = declared.files;
    if (file === undefined) throw new Error('no file was declared');
    const id = declared.upload.upload_id;
    await f.h.fileUrls(f.owner, id, file.file_id, { from: 1, limit: 1 });
    const stream = readEvents(await f.follow({}, id));
    const percents = () =>
      stream.events.filter(({ event }) => event === 'file').map(({ data }) => [data.stage, data.percent]);
    const [sending] = f.h.buckets.parts.values();
    sending?.parts.set(1, Buffer.alloc(16 * 2 ** 20));
    f.h.advance(2);
    await until(() => expect(percents()).toEqual([['waiting', 48]]));
    sending?.parts.delete(1);
    f.h.advance(2);
    sending?.parts.set(2, Buffer.alloc(32 * 2 ** 20));
    f.h.advance(2);
    await until(() => expect(percents().at(-1)).toEqual(['waiting', 96]));
    const claim = { token: 't', now: '2026-11-22T12:00:00.000Z', until: '2026-11-22T13:00:00.000Z' };
    await f.h.uploads.claimFile(file, { ...claim, sequencer: undefined });
    await until(() => expect(percents().at(-1)).toEqual(['inspecting', 0]));
    await f.h.uploads.recordProgress(file, 't', size / 2);
    await until(() => expect(percents().at(-1)).toEqual(['inspecting', 50]));
    await f.h.uploads.recordProgress(file, 't', size / 4);
    await f.h.uploads.recordProgress(file, 't', size);
    await until(() => expect(percents().at(-1)).toEqual(['inspecting', 99]));
    expect(percents()).toHaveLength(5);
    await stream.cancel();
  });
});

describe('a stream of events', () => {
  it('shows signs of life while nothing changes', async () => {
    const f = await aFollowedUpload();
    const stream = readEvents(await f.follow());
    await until(() => expect(stream.heartbeats()).toBeGreaterThan(2));
    expect(stream.events).toHaveLength(1);
    await stream.cancel();
    await until(() => expect(f.followers.count()).toBe(0));
  });

  it.each([
    ['its longest time is over', { maxMs: 30 }, {}],
    ['its token expires', {}, { expiresAt: Math.floor(Date.now() / 1000) - 1 }],
  ])('ends when %s', async (_, options, following) => {
    const f = await aFollowedUpload(options);
    const stream = readEvents(await f.follow(following));
    await stream.ended;
    expect(f.followers.count()).toBe(0);
  });

  it('ends at once when the process stops, which takes no more of them', async () => {
    const f = await aFollowedUpload();
    const streams = await Promise.all([f.follow(), f.follow()]);
    f.followers.stop();
    await Promise.all(streams.map((response) => readEvents(response).ended));
    const refused = await f.follow();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
  });

  it('is refused beyond what a user and a process may have, until one of them ends', async () => {
    const f = await aFollowedUpload({ perUser: 2, perProcess: 3 });
    const other = newId('user');
    const theirs = (await f.h.declare(other, aDeclaration())).upload.upload_id;
    const first = readEvents(await f.follow());
    await f.follow();
    const refused = await f.follow();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'request.rate_limited' });
    expect((await f.follow({ user: other }, theirs)).status).toBe(200);
    const full = await f.follow({ user: other }, theirs);
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ code: 'service.unavailable' });
    await first.cancel();
    expect((await f.follow()).status).toBe(200);
    f.followers.stop();
  });

  it('costs nothing for HEAD', async () => {
    const f = await aFollowedUpload();
    const head = await f.follow({ method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(f.followers.count()).toBe(0);
  });

  it('shares one watcher with all others of the upload, which ends with the last of them', async () => {
    const f = await aFollowedUpload();
    const streams = await Promise.all(Array.from({ length: 8 }, async () => readEvents(await f.follow())));
    await until(() => expect(streams.every(({ events }) => events.length === 1)).toBe(true));
    const before = f.looks();
    await until(() => expect(f.looks()).toBeGreaterThan(before + 3));
    for (const stream of streams) await stream.cancel();
    const after = f.looks();
    await until(() => expect(f.followers.count()).toBe(0));
    expect(f.looks() - after).toBeLessThan(3);
  });

  it('of a reader that takes nothing holds one piece, whatever happens meanwhile', async () => {
    const f = await aFollowedUpload();
    const response = await f.follow();
    await f.arrive(0);
    await f.arrive(1);
    const looks = f.looks();
    await until(() => expect(f.looks()).toBeGreaterThan(looks + 1));
    // Only now is anything read: all that has happened is one receipt.
    const stream = readEvents(response);
    await stream.ended;
    expect(names(stream.events)).toEqual(['receipt', 'upload']);
  });
});
