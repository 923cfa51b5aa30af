import { describe, expect, it, vi } from 'vitest';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { aGrant, anEvent, AT } from '../testing/builders.ts';
import { catalogEventsConsumer } from './catalog-events.consumer.ts';
import { downloadsConsumer } from './downloads.consumer.ts';

const signal = new AbortController().signal;
const message = (body: unknown) => ({
  id: 'm',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receiveCount: 1,
});

function aConsumer(isDeleted = true) {
  const calls: unknown[][] = [];
  const handle = catalogEventsConsumer({
    recordAssetChange: async (event) => void calls.push(['record', event.id]),
    purgeSoon: (asin) => void calls.push(['purge', asin]),
    writeExportPart: async ({ export_id }) => void calls.push(['export', export_id]),
    deleteAssetsOfUser: async (pass) => (calls.push(['cascade', pass]), isDeleted),
  });
  return { calls, handle: (body: unknown) => handle(message(body), signal) };
}

const userDeleted = {
  id: 'event_u',
  type: 'user.deleted',
  occurred_at: '2026-11-22T12:00:00.000Z',
  revision: 2,
  user_id: 'user_a',
};

describe('the consumer of catalog-events', () => {
  it.each(['asset.published', 'asset.updated', 'release.published'] as const)('records %s', async (type) => {
    const { calls, handle } = aConsumer();
    const event = { ...anEvent(), type, version: '1.0.0' };
    await handle(event);
    expect(calls).toEqual([['record', event.id]]);
  });

  it.each(['asset.deleted', 'release.deleted'] as const)(
    'records a %s before it asks for the purge',
    async (type) => {
      const { calls, handle } = aConsumer();
      const event = anEvent({ type, ...(type === 'release.deleted' ? { version: '1.0.0' } : {}) });
      await handle(event);
      expect(calls).toEqual([
        ['record', event.id],
        ['purge', event.asin],
      ]);
    },
  );

  it('starts and goes on with the cascade of a deleted user', async () => {
    const { calls, handle } = aConsumer();
    await handle(userDeleted);
    await handle({ type: 'user.cascade_pass', user_id: 'user_a', clean_passes: 1 });
    expect(calls).toEqual([
      ['cascade', { userId: 'user_a', cleanPasses: 0, assets: 'delete' }],
      ['cascade', { userId: 'user_a', cleanPasses: 1, assets: 'delete' }],
    ]);
  });

  it('goes on counting what was settled, and leaves to auth what is reported to auth', async () => {
    const { calls, handle } = aConsumer();
    await handle({ type: 'user.cascade_pass', user_id: 'user_a', clean_passes: 1, settled: 3 });
    await handle({ ...userDeleted, type: 'user.purged', counts: { uploads: 1 } });
    const pass = { userId: 'user_a', cleanPasses: 1, assets: 'delete', settled: 3 };
    expect(calls).toEqual([['cascade', pass]]);
  });

  it('passes on that the assets are to stay', async () => {
    const { calls, handle } = aConsumer();
    await handle({ ...userDeleted, assets: 'keep' });
    await handle({ type: 'user.cascade_pass', user_id: 'user_a', clean_passes: 1, assets: 'keep' });
    expect(calls).toEqual([
      ['cascade', { userId: 'user_a', cleanPasses: 0, assets: 'keep' }],
      ['cascade', { userId: 'user_a', cleanPasses: 1, assets: 'keep' }],
    ]);
  });

  it('buries the deletion of a user who is not deleted', async () => {
    await expect(aConsumer(false).handle(userDeleted)).rejects.toThrow(PoisonMessageError);
  });

  it.each([
    '',
    'no json',
    '{}',
    '[]',
    'null',
    { type: 'asset.exploded', id: 'x' },
    { ...anEvent(), revision: 0 },
  ])('buries %j with a reason', async (body) => {
    const { calls, handle } = aConsumer();
    await expect(handle(body)).rejects.toThrow(PoisonMessageError);
    expect(calls).toEqual([]);
  });
});

describe('the consumer of downloads', () => {
  const aCounter = () =>
    vi.fn<(grants: readonly DownloadGrant[]) => Promise<void>>().mockResolvedValue(undefined);
  const aDownloadsConsumer = (count: ReturnType<typeof aCounter>, maxGroup = 100) =>
    downloadsConsumer({ count, gatherMs: 1, maxGroup, now: () => new Date(AT) });

  it('counts what comes together in one group', async () => {
    const count = aCounter();
    const handle = aDownloadsConsumer(count);
    const grants = [aGrant(), aGrant(), aGrant()];
    await Promise.all(grants.map((grant) => handle(message(grant), signal)));
    await handle(message(grants[0]), signal);
    expect(count.mock.calls).toEqual([[grants], [[grants[0]]]]);
  });

  it('counts what was sent together, in the group of others', async () => {
    const count = aCounter();
    const handle = aDownloadsConsumer(count);
    const grants = Array.from({ length: 4 }, () => aGrant());
    const [one, ...others] = grants;
    await Promise.all([handle(message(one), signal), handle(message({ grants: others }), signal)]);
    expect(count.mock.calls).toEqual([[grants]]);
    await handle({ ...message({ grants: others }), receiveCount: 4 }, signal);
    expect(count.mock.calls[1]).toEqual([others]);
  });

  it.each([
    ['none', []],
    ['one that is none', [aGrant(), { ...aGrant(), at: 'yesterday' }]],
    ['an old one', [aGrant(), aGrant({ at: '2026-09-01T00:00:00Z' })]],
  ])('buries a message with %s among its grants', async (_what, grants) => {
    const count = aCounter();
    await expect(aDownloadsConsumer(count)(message({ grants }), signal)).rejects.toThrow(PoisonMessageError);
    expect(count).not.toHaveBeenCalled();
  });

  it('counts one group after the other, none larger than it may be', async () => {
    let atWork = 0;
    const count = aCounter().mockImplementation(async () => {
      atWork += 1;
      expect(atWork).toBe(1);
      await new Promise(setImmediate);
      atWork -= 1;
    });
    const handle = aDownloadsConsumer(count, 2);
    const grants = Array.from({ length: 5 }, () => aGrant());
    await Promise.all(grants.map((grant) => handle(message(grant), signal)));
    expect(count.mock.calls.map(([group]) => group.length)).toEqual([2, 2, 1]);
  });

  it('fails every message of a group that could not be counted, and starts anew', async () => {
    const count = aCounter().mockRejectedValueOnce(new Error('throttled'));
    const handle = aDownloadsConsumer(count);
    const results = await Promise.allSettled(
      [aGrant(), aGrant()].map((grant) => handle(message(grant), signal)),
    );
    expect(results.map((each) => each.status)).toEqual(['rejected', 'rejected']);
    await handle(message(aGrant()), signal);
  });

  it('counts what has failed often on its own, so that others do not suffer with it', async () => {
    const count = aCounter();
    const handle = aDownloadsConsumer(count);
    const [bad, good] = [aGrant(), aGrant()];
    await Promise.all([handle({ ...message(bad), receiveCount: 4 }, signal), handle(message(good), signal)]);
    expect(count.mock.calls).toEqual([[[bad]], [[good]]]);
  });

  it.each([
    ['a time that is none', { at: 'yesterday' }, 'not a download grant'],
    ['an id that could be a path', { sheet: 'a#b' }, 'not a download grant'],
    ['one that is older than its marker may be', { at: '2026-09-01T00:00:00Z' }, 'older than 60 days'],
  ])('buries %s, alone', async (_what, changes, reason) => {
    const count = aCounter();
    const handle = aDownloadsConsumer(count);
    const good = handle(message(aGrant()), signal);
    await expect(handle(message({ ...aGrant(), ...changes }), signal)).rejects.toMatchObject({ reason });
    await good;
    expect(count).toHaveBeenCalledOnce();
  });
});
