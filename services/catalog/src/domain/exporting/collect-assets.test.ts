import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { jsonDocument, type Sections } from '@cairn/shared/exports/json-document';
import { expect, test } from 'vitest';
import { anAsset, aRelease, AT } from '../../testing/builders.ts';
import type { ModerationEntry } from '../moderation/moderation-log.ts';
import { collectAssets } from './collect-assets.ts';

const OWNER = 'user_owner';

async function asJson(sections: Sections): Promise<Record<string, unknown>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of jsonDocument(sections)) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
}

function aCatalog(records: readonly AssetRecord[], acts: readonly ModerationEntry[] = [], isReady = true) {
  const stored = new Map(records.map((record) => [record.asin, record]));
  const release = aRelease({ user_id: OWNER });
  return collectAssets({
    assets: {
      get: async (asin) => stored.get(asin),
      async *idsOfOwner() {
        yield ['asset_own', 'asset_others'];
        yield ['asset_gone'];
      },
    },
    releases: { get: async (asin, release_id) => ({ ...release, asin, release_id }) },
    log: { list: async () => [...acts] },
    replica: { isReady: () => isReady },
    ownership: {
      idsOfOwner: () => ['asset_own', 'asset_too_new_for_the_index'],
      idsOfCoOwner: () => ['asset_shared', 'asset_left'],
    },
  });
}

test('every asset that index or memory names is told once, with releases, and what is not theirs is not', async () => {
  const own = (asin: string) => anAsset({ asin, user_id: OWNER });
  const { asin, user_id, revision, date_posted, date_updated } = own('asset_gone');
  const tombstone = { asin, user_id, revision, date_posted, date_updated, status: 'deleted' as const };
  const collect = aCatalog([
    own('asset_own'),
    own('asset_too_new_for_the_index'),
    anAsset({ asin: 'asset_others' }),
    { ...tombstone, date_deleted: AT },
    anAsset({ asin: 'asset_shared', name: 'Shared', co_owners: [OWNER] }),
    anAsset({ asin: 'asset_left' }),
  ]);
  const { assets, co_owner_of } = await asJson(await collect(OWNER));
  expect(assets).toMatchObject([
    { asin: 'asset_own', status: 'published', releases: [{ files: [{}], published_by: OWNER }] },
    { asin: 'asset_too_new_for_the_index' },
    { asin: 'asset_gone', status: 'deleted', date_deleted: AT },
  ]);
  expect(co_owner_of).toEqual([{ asin: 'asset_shared', name: 'Shared' }]);
});

test('acts of moderators are told with their reason, and not who it was; nor any key of an object', async () => {
  const act = { asin: 'asset_own', entry: '1', act: 'withheld', reason: 'Stolen.', at: AT } as const;
  const collect = aCatalog(
    [anAsset({ asin: 'asset_own', user_id: OWNER })],
    [{ ...act, moderator: 'user_moderator' }],
  );
  const told = await asJson(await collect(OWNER));
  expect(told['assets']).toMatchObject([{ moderation: [{ act: 'withheld', reason: 'Stolen.', at: AT }] }]);
  expect(JSON.stringify(told)).not.toMatch(/user_moderator|"key"|outbox|"bucket"/);
});

test('a replica that is not ready says so, so that nothing is left out', async () => {
  await expect(aCatalog([], [], false)(OWNER)).rejects.toMatchObject({ code: 'search.unavailable' });
});
