import { describe, expect, it } from 'vitest';
import { newId } from '@cairn/shared/ids';
import { tombstoneOf } from '@cairn/shared/records/asset-tombstone';
import type { AssetRecord } from '@cairn/shared/records/asset-record';
import { inProcessSearchIndex } from '../../adapters/search-index/in-process-search-index.ts';
import { assetRecordOf } from '../../testing/asset-record-of.ts';
import { anAsset, AT } from '../../testing/builders.ts';
import { assetGenerator, ENGINE_VERSIONS, seeded } from '../../testing/generated-assets.ts';
import { createVocabulary } from '../browse/vocabulary.ts';
import { FACETS } from '../search/search-index.ts';
import type { Change, LoggedChange } from './change-log.ts';
import { createReplica } from './replica.ts';

const ASSETS = 150;
const HISTORY = 900;

/** A change, and the item as it was when the replica came to read it: maybe long since replaced. */
interface Told {
  readonly change: Change;
  readonly item: AssetRecord | undefined;
}

function aHistory() {
  const random = seeded(21);
  const below = (n: number) => Math.floor(random() * n);
  const generate = assetGenerator(random, 500);
  const newest = new Map<string, AssetRecord>();
  const downloads = new Map<string, number>();
  const told: Told[] = [];
  for (let i = 0; i < HISTORY; i += 1) {
    const asin = generate.asinOf(below(ASSETS));
    const before = newest.get(asin);
    if (before !== undefined && random() < 0.3) {
      const total = (downloads.get(asin) ?? 0) + 1 + below(9);
      downloads.set(asin, total);
      const change = {
        id: newId('event'),
        type: 'downloads.counted',
        totals: { [asin]: total },
        at: AT,
      } as const;
      told.push({ change, item: undefined });
      continue;
    }
    if (before?.status === 'deleted') continue;
    const revision = (before?.revision ?? 0) + 1;
    const { downloads: _, ...described } = assetRecordOf({ ...generate.document(0), asin });
    const edited = anAsset({ ...described, revision, downloads: downloads.get(asin) ?? 0 });
    const item =
      before?.status === 'published' && random() < 0.1 ? tombstoneOf(before, newId('event'), AT) : edited;
    newest.set(asin, item);
    told.push({ change: { id: newId('event'), type: 'asset.changed', asin, revision, at: AT }, item });
  }
  return { told, queries: Array.from({ length: 60 }, () => generate.criteria()), random };
}

/** A replica of an empty table that is told these changes, one at a time. */
async function following(told: readonly Told[]) {
  let items = new Map<string, AssetRecord>();
  const log = told.map(({ change }, i): LoggedChange => ({ seq: i + 1, change }));
  const index = inProcessSearchIndex();
  const vocabulary = createVocabulary();
  const replica = createReplica({
    assets: {
      scan: async function* () {},
      getMany: async (asins) => asins.flatMap((asin) => items.get(asin) ?? []),
    },
    changes: {
      head: async () => 0,
      async after(seq) {
        const next = log[seq];
        const item = told[seq]?.item;
        items = new Map(item === undefined ? [] : [[item.asin, item]]);
        return next === undefined ? [] : [next];
      },
    },
    index,
    now: () => new Date(AT),
    views: { vocabulary },
  });
  await replica.catchUp();
  return { replica, index, vocabulary };
}

describe('the log of changes', () => {
  it('replayed twice, shuffled, with a fifth of it repeated, gives the same replica and index (I12)', async () => {
    const { told, queries, random } = aHistory();
    const shuffled = (list: readonly Told[]) =>
      list
        .map((each) => [random(), each] as const)
        .sort(([a], [b]) => a - b)
        .map(([, each]) => each);
    const repeated = told.filter(() => random() < 0.2);
    const view = async ({ replica, index, vocabulary }: Awaited<ReturnType<typeof following>>) => ({
      records: told.flatMap(({ item }) =>
        item === undefined ? [] : [replica.get(item.asin), replica.revisionOf(item.asin)],
      ),
      vocabulary: [vocabulary.tags(), vocabulary.licenses(), vocabulary.namedSeries()],
      searches: await Promise.all(
        queries.map((each) =>
          index.search(each, { limit: 50, facets: { names: FACETS, engines: ENGINE_VERSIONS } }),
        ),
      ),
      complete: await replica.checkIndex(),
    });
    const expected = await view(await following(told));
    expect(expected.complete).toBe(true);
    expect(expected.searches.filter(({ total }) => total > 0).length).toBeGreaterThan(20);
    // Totals of downloads only count for an asset that is known, so those come behind.
    const late = told.filter(({ change }) => change.type === 'downloads.counted');
    const again = await following([
      ...shuffled([...told, ...repeated]),
      ...shuffled([...told, ...repeated]),
      ...late,
    ]);
    expect(await view(again)).toEqual(expected);
  });
});
