import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import type { ModerationEntry, ModerationLog } from '../domain/moderation/moderation-log.ts';
import { AT } from '../testing/builders.ts';

const anEntry = (changes: Partial<ModerationEntry> = {}): ModerationEntry => ({
  asin: newId('asset'),
  entry: `${AT}#${newId('event')}`,
  act: 'withheld',
  moderator: newId('user'),
  reason: 'It is stolen.',
  at: AT,
  ...changes,
});

export function moderationLogContract(name: string, make: () => ModerationLog): void {
  describe(`moderation log: ${name}`, () => {
    it('lists the acts on one asset, the newest first', async () => {
      const log = make();
      const first = anEntry();
      const second = anEntry({ asin: first.asin, entry: '2026-11-23T12:00:00.000Z#x', act: 'restored' });
      for (const each of [second, first, anEntry()]) await log.append(each);
      expect(await log.list(first.asin, 10)).toEqual([second, first]);
      expect(await log.list(first.asin, 1)).toEqual([second]);
      expect(await log.list(newId('asset'), 10)).toEqual([]);
    });

    it('never changes what is on record', async () => {
      const log = make();
      const entry = anEntry();
      await log.append(entry);
      await log.append({ ...entry, reason: 'Another one.' });
      expect(await log.list(entry.asin, 10)).toEqual([entry]);
    });
  });
}
