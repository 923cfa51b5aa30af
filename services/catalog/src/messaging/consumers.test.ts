import { describe, expect, it, vi } from 'vitest';
import { PoisonMessageError } from '@cairn/shared/messaging/poison-message-error';
import type { DownloadGrant } from '../domain/downloads/download-grant.ts';
import { aGrant, anEvent } from '../testing/builders.ts';
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
    purge: async (asin) => void calls.push(['purge', asin]),
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

  it('records a deletion before it purges', async () => {
    const { calls, handle } = aConsumer();
    const event = anEvent({ type: 'asset.deleted' });
    await handle(event);
    expect(calls).toEqual([
      ['record', event.id],
      ['purge', event.asin],
    ]);
  });

  it('starts and goes on with the cascade of a deleted user', async () => {
    const { calls, handle } = aConsumer();
    await handle(userDeleted);
    await handle({ type: 'user.cascade_pass', user_id: 'user_a', clean_passes: 1 });
    expect(calls).toEqual([
      ['cascade', { userId: 'user_a', cleanPasses: 0 }],
      ['cascade', { userId: 'user_a', cleanPasses: 1 }],
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
  it('counts what comes together in one group', async () => {
    const count = vi.fn<(grants: readonly DownloadGrant[]) => Promise<void>>(async () => undefined);
    const handle = downloadsConsumer({ count, gatherMs: 1 });
    const grants = [aGrant(), aGrant(), aGrant()];
    await Promise.all(grants.map((grant) => handle(message(grant), signal)));
    await handle(message(grants[0]), signal);
    expect(count.mock.calls).toEqual([[grants], [[grants[0]]]]);
  });

  it('fails every message of a group that could not be counted, and starts anew', async () => {
    const count = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new Error('throttled'))
      .mockResolvedValue();
    const handle = downloadsConsumer({ count, gatherMs: 1 });
    const results = await Promise.allSettled(
      [aGrant(), aGrant()].map((grant) => handle(message(grant), signal)),
    );
    expect(results.map((each) => each.status)).toEqual(['rejected', 'rejected']);
    await handle(message(aGrant()), signal);
  });

  it('buries what is not a grant, alone', async () => {
    const count = vi.fn<() => Promise<void>>().mockResolvedValue();
    const handle = downloadsConsumer({ count, gatherMs: 1 });
    const good = handle(message(aGrant()), signal);
    await expect(handle(message({ ...aGrant(), at: 'yesterday' }), signal)).rejects.toThrow(
      PoisonMessageError,
    );
    await good;
    expect(count).toHaveBeenCalledOnce();
  });
});
