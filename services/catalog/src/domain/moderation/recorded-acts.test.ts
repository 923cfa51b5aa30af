import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { expect, test } from 'vitest';
import { anAsset, AT } from '../../testing/builders.ts';
import { NOBODY } from '../assets/nobody.ts';
import type { ChangeAsset } from '../change-asset.ts';
import { editAsset } from '../edit-asset.ts';
import { moderateAsset } from './moderate-asset.ts';
import { recordModeration, type ModerationEntry } from './moderation-log.ts';

/** One asset that becomes another one between the record of an act and the act. */
function racing(before: PublishedAsset, after: PublishedAsset) {
  const recorded: ModerationEntry[] = [];
  const done: unknown[] = [];
  const change: ChangeAsset = async ({ decide }) => {
    const changes = await decide(after, AT);
    if (changes !== undefined) done.push(changes);
    return { ...after, ...changes };
  };
  const record = recordModeration({
    assets: { get: async () => before },
    log: { append: async (entry) => void recorded.push(entry) },
    newId,
    now: () => new Date(AT),
  });
  return { recorded, done, deps: { change, recordModeration: record, keepPicturesMs: 0 } };
}

const withheld = { reason: 'A virus.', at: AT };

test.each([
  ['restored', false, anAsset(), anAsset({ withheld })],
  ['withheld', true, anAsset({ withheld: { reason: 'Spam.', at: AT } }), anAsset()],
])(
  'an asset that another moderator changes meanwhile is not %s without a record',
  async (_act, wanted, before, after) => {
    const { deps, recorded, done } = racing(before, after);
    await moderateAsset(deps)({ asin: after.asin, moderatorId: 'user_m', withheld: wanted, reason: 'Spam.' });
    expect({ recorded, done }).toEqual({ recorded: [], done: [] });
  },
);

test('an asset that is given up meanwhile is not edited by a moderator without a record', async () => {
  const { deps, recorded } = racing(anAsset(), anAsset({ user_id: NOBODY }));
  const edit = editAsset(deps)({
    asin: 'asset_1',
    userId: 'user_m',
    isModerator: true,
    revisions: new Set([1]),
    changes: { name: 'Mine now' },
  });
  await expect(edit).rejects.toMatchObject({ code: 'asset.not_owner' });
  expect(recorded).toEqual([]);
});

test('an act that is on record is done', async () => {
  const { deps, recorded, done } = racing(anAsset(), anAsset());
  const act = { asin: 'asset_1', moderatorId: 'user_m', withheld: true, reason: 'Spam.' };
  await moderateAsset(deps)(act);
  expect(recorded).toMatchObject([{ act: 'withheld', moderator: 'user_m' }]);
  expect(done).toEqual([{ withheld: { reason: 'Spam.', at: AT } }]);
});
