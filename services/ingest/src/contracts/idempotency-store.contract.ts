import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import type { IdempotencyStore } from '../domain/ports.ts';

/** What every store of idempotency keys must do; run on the memory twin and on DynamoDB. */
export function idempotencyStoreContract(name: string, make: () => IdempotencyStore): void {
  const attempt = (overrides: { fingerprint?: string; now?: string; until?: string } = {}) => ({
    fingerprint: 'same',
    uploadId: newId('upload'),
    now: '2026-11-22T12:00:00.000Z',
    until: '2026-11-22T12:00:30.000Z',
    ...overrides,
  });
  const begun = { outcome: 'begun', abandonedUploadId: undefined };

  describe(`idempotency store: ${name}`, () => {
    it('lets one of many concurrent attempts begin and tells the others to wait', async () => {
      const store = make();
      const user = newId('user');
      const all = await Promise.all(Array.from({ length: 20 }, () => store.begin(user, 'k', attempt())));
      expect(all.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      expect(all.filter(({ outcome }) => outcome === 'in_progress')).toHaveLength(19);
    });

    it('answers a finished key with its upload, and another body with a refusal', async () => {
      const store = make();
      const user = newId('user');
      const first = attempt();
      expect(await store.begin(user, 'k', first)).toEqual(begun);
      expect(await store.finish(user, 'k', first.uploadId)).toBe(true);
      expect(await store.begin(user, 'k', attempt())).toEqual({ outcome: 'done', uploadId: first.uploadId });
      expect(await store.begin(user, 'k', attempt({ fingerprint: 'other' }))).toEqual({
        outcome: 'other_body',
      });
    });

    it('is taken over from a dead holder, who cannot finish any more', async () => {
      const store = make();
      const user = newId('user');
      const dead = attempt();
      await store.begin(user, 'k', dead);
      const next = attempt({ now: '2026-11-22T12:00:31.000Z', until: '2026-11-22T12:01:00.000Z' });
      expect(await store.begin(user, 'k', next)).toEqual({
        outcome: 'begun',
        abandonedUploadId: dead.uploadId,
      });
      expect(await store.finish(user, 'k', dead.uploadId)).toBe(false);
      expect(await store.finish(user, 'k', next.uploadId)).toBe(true);
    });

    it('is free again after a refusal, and nobody else can free it', async () => {
      const store = make();
      const user = newId('user');
      const first = attempt();
      await store.begin(user, 'k', first);
      await store.forget(user, 'k', newId('upload'));
      expect((await store.begin(user, 'k', attempt())).outcome).toBe('in_progress');
      await store.forget(user, 'k', first.uploadId);
      expect(await store.begin(user, 'k', attempt({ fingerprint: 'better' }))).toEqual(begun);
    });

    it("I6: forgets all of a deleted user's keys and nobody else's", async () => {
      const store = make();
      const [user, other] = [newId('user'), newId('user')];
      for (const key of ['a', 'b', 'c']) await store.begin(user, key, attempt());
      await store.begin(other, 'a', attempt());
      await store.forgetUser(user);
      await store.forgetUser(user);
      for (const key of ['a', 'b', 'c']) expect(await store.begin(user, key, attempt())).toEqual(begun);
      expect(await store.begin(other, 'a', attempt())).toEqual({ outcome: 'in_progress' });
    });

    it('is as good as new a day later, for another body too', async () => {
      const store = make();
      const user = newId('user');
      const [first, cutOff] = [attempt(), attempt()];
      await store.begin(user, 'k', first);
      await store.finish(user, 'k', first.uploadId);
      await store.begin(user, 'cut off', cutOff);
      const next = () => attempt({ fingerprint: 'other', now: '2026-11-23T12:00:00.000Z' });
      expect(await store.begin(user, 'k', next())).toEqual(begun);
      expect(await store.begin(user, 'cut off', next())).toEqual({
        outcome: 'begun',
        abandonedUploadId: cutOff.uploadId,
      });
    });

    it('tells a user which uploads were declared with one, as long as it is kept', async () => {
      const store = make();
      const user = newId('user');
      const [done, open] = [attempt(), attempt()];
      await store.begin(user, 'done', done);
      await store.finish(user, 'done', done.uploadId);
      await store.begin(user, 'open', open);
      await store.begin(newId('user'), 'open', attempt());
      const keptUntil = new Date('2026-11-23T12:00:00.000Z');
      const used = await store.ofUser(user, new Date('2026-11-22T12:00:00.000Z'));
      expect(used).toHaveLength(2);
      expect(used).toEqual(
        expect.arrayContaining([
          { uploadId: done.uploadId, state: 'done', keptUntil },
          { uploadId: open.uploadId, state: 'in_progress', keptUntil },
        ]),
      );
      expect(await store.ofUser(user, keptUntil)).toEqual([]);
    });

    it("knows a user's keys apart from everybody else's", async () => {
      const store = make();
      expect(await store.begin(newId('user'), 'k', attempt())).toEqual(begun);
      expect(await store.begin(newId('user'), 'k', attempt())).toEqual(begun);
    });
  });
}
