import { newId } from '@cairn/shared/ids';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../testing/builders.ts';
import { memoryIngest } from '../testing/memory-ingest.ts';
import { mortalProcesses, type Fate } from '../testing/mortal-processes.ts';
import type { Finding } from './inspecting/findings.ts';
import type { DeclaredUpload } from './declaring/declare-upload.ts';

/** Sizes of which three or four fit; five uploads may be open, and four assets there may be. */
const QUOTA = { bytes: 10, assets: 4, openUploads: 3 };
const SIZES = [1, 2, 3, 4, 5];

const A_FILE: Finding = { outcome: 'accepted', media_type: 'application/octet-stream' };
const A_PICTURE: Finding = {
  outcome: 'accepted',
  media_type: 'image/png',
  picture: {
    width: 1,
    height: 1,
    thumbhash: '',
    dominant_color: '#000000',
    derived: [{ width: 1, height: 1, webp: Buffer.from('webp') }],
  },
};

const fate = fc.option(
  fc.record({ call: fc.nat(25), when: fc.constantFrom('before' as const, 'after' as const) }),
  { nil: undefined },
);
const which = fc.nat(7);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('declare' as const), which, fate }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('release' as const), which, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pictures' as const), which, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), which, fate }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('send' as const), which, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), which, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove release' as const), which, fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove pictures' as const), which, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('sweep' as const), which, fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('orphans' as const), which, fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('expire' as const), which, fate }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;
/** What is in one group happens at the same time, interleaved at every call of a port. */
type Schedule = readonly (readonly Action[])[];

async function play(schedule: Schedule) {
  const processes = mortalProcesses();
  const h = memoryIngest(processes.through, QUOTA);
  h.inspector.verdict = async ({ role }) => (role === 'picture' ? A_PICTURE : A_FILE);
  const owner = newId('user');
  const told: DeclaredUpload[] = [];
  const announced = new Set<string>();
  /** Assets that something was removed from. */
  const changed = new Set<string>();

  async function declare(size: number): Promise<void> {
    const file = aDeclaredFile(Buffer.alloc(size, 'x'));
    told.push(await h.declare(owner, aDeclaration({ files: [file] })));
  }

  /** For an asset that is there already, unless it was deleted just now. */
  async function declareFurther(first: DeclaredUpload | undefined, kind: 'release' | 'pictures') {
    if (first === undefined) return;
    const file = { ...aDeclaredFile(Buffer.from('x'), 'further.png'), content_type: 'image/png' };
    const content = kind === 'release' ? { files: [file] } : { files: [], pictures: [file] };
    const version = kind === 'release' ? `${told.length + 2}.0.0` : '';
    const target = { kind, asin: first.upload.asin };
    told.push(await h.declare(owner, aDeclaration({ target, version, ...content })));
  }

  async function send(declared: DeclaredUpload | undefined): Promise<void> {
    const [file] = declared?.files ?? [];
    if (file === undefined) return;
    h.put(file, Buffer.alloc(file.size, 'x'));
    await h.arrive(file);
  }

  /** As the catalog does it: the record goes at once, the event comes at least once and maybe late. */
  async function remove(declared: DeclaredUpload | undefined): Promise<void> {
    const asset = declared && h.catalog.get(declared.upload.asin);
    if (asset?.status !== 'published') return;
    const { asin, user_id, date_posted } = asset;
    const tombstone = { asin, user_id, date_posted, date_updated: date_posted, date_deleted: date_posted };
    h.catalog.set(asin, { ...tombstone, status: 'deleted', revision: 2 });
    h.records.delete(asin);
    h.tombstones.add(asin);
    announced.add(asin);
    await h.follow.assetDeleted(owner, asin);
  }

  /** As the catalog does it: one write of the asset's item, which says what was removed in all. */
  async function takeFrom(asin: string, changes: Partial<PublishedAsset>, bytes: number): Promise<void> {
    const asset = h.catalog.get(asin);
    if (asset?.status !== 'published') return;
    const removed_bytes = (asset.removed_bytes ?? 0) + bytes;
    h.catalog.set(asin, { ...asset, ...changes, removed_bytes, revision: asset.revision + 1 });
    changed.add(asin);
    await h.follow.removed(asin);
  }

  async function removeRelease(declared: DeclaredUpload | undefined): Promise<void> {
    const asset = declared && h.catalog.get(declared.upload.asin);
    if (asset?.status !== 'published') return;
    const { [declared?.upload.version ?? '']: removed, ...releases } = asset.releases;
    if (removed === undefined || Object.keys(releases).length === 0) return;
    const removed_versions = [...(asset.removed_versions ?? []), declared?.upload.version ?? ''];
    const removed_releases = [...(asset.removed_releases ?? []), removed.release_id];
    h.releases.delete(`${asset.asin}/${removed.release_id}`);
    await takeFrom(asset.asin, { releases, removed_versions, removed_releases }, removed.size);
  }

  async function removePictures(declared: DeclaredUpload | undefined): Promise<void> {
    const asset = declared && h.catalog.get(declared.upload.asin);
    if (asset?.status !== 'published' || asset.images.length === 0) return;
    const freed = asset.images.reduce((sum, { original_size = 0 }) => sum + original_size, 0);
    await takeFrom(asset.asin, { images: [] }, freed);
  }

  async function perform({ type, which: number, fate: ends }: Action): Promise<void> {
    const target = told[number];
    const work: { [Type in Action['type']]: () => Promise<unknown> } = {
      declare: () => declare(SIZES[number % SIZES.length] ?? 1),
      release: () => declareFurther(target, 'release'),
      pictures: () => declareFurther(target, 'pictures'),
      abort: async () => target && h.abort(owner, target.upload.upload_id),
      send: () => send(target),
      delete: () => remove(target),
      'remove release': () => removeRelease(target),
      'remove pictures': () => removePictures(target),
      sweep: () => h.sweep(),
      orphans: () => h.sweepOrphans(),
      expire: async () => h.advance(90_000),
    };
    await processes.run(ends, () => work[type]().catch(refusedOnly));
    const { bytes, assets, openUploads } = await h.quotas.usage(owner);
    expect(bytes).toBeLessThanOrEqual(QUOTA.bytes);
    expect(assets).toBeLessThanOrEqual(QUOTA.assets);
    expect(openUploads).toBeLessThanOrEqual(QUOTA.openUploads);
    // Whatever is visible is paid for.
    expect(bytes).toBeGreaterThanOrEqual(visibleBytes());
  }

  const visibleBytes = () =>
    [...h.releases.values()]
      .filter(({ asin }) => h.records.has(asin))
      .reduce((sum, release) => sum + release.size, 0);

  for (const group of schedule) await Promise.all(group.map(perform));
  return { h, owner, told, announced, changed };
}

/** What was published by the uploads, pictures too, less what was removed of it since. */
async function publishedBytes({ h, told }: Awaited<ReturnType<typeof play>>): Promise<number> {
  let sum = 0;
  for (const each of told.filter(({ upload }) => h.records.has(upload.asin)))
    if ((await h.state(each)) === 'published') sum += each.upload.total_bytes;
  for (const asset of h.catalog.values()) if (asset.status === 'published') sum -= asset.removed_bytes ?? 0;
  return sum;
}

/** What the catalog has announced is heard, by a consumer that lives long enough: at once, all is given back. */
async function hear({ h, owner, told, announced }: Awaited<ReturnType<typeof play>>): Promise<void> {
  for (const asin of announced) await h.follow.assetDeleted(owner, asin);
  const [ledger] = (await h.quotas.page(undefined)).ledgers;
  expect(ledger?.asins.filter((asin) => announced.has(asin)) ?? []).toEqual([]);
  for (const { upload } of told.filter((each) => announced.has(each.upload.asin))) {
    expect(ledger?.uploadIds).not.toContain(upload.upload_id);
    const state = (await h.uploads.find(upload.upload_id))?.state;
    // One that died after it was settled holds nothing of its own any more; the sweep ends it.
    expect(['published', 'rejected', 'aborted', 'expired', 'publishing']).toContain(state);
  }
}

/** What a client is told, and what brings a message back, is an end as well; anything else is a bug. */
const EXPECTED = ['changed while it was being copied', 'no such copy'];
function refusedOnly(error: unknown): void {
  const known =
    error instanceof Error && ('code' in error || EXPECTED.some((text) => error.message.includes(text)));
  if (!known) throw error;
}

async function expectNothingLeaked(schedule: Schedule, isHeard = false): Promise<void> {
  const played = await play(schedule);
  const { h, owner, announced, changed } = played;
  if (isHeard) await hear(played);
  // Time passes and nothing fails any more; events of deletions that never come are what the slow pass mends.
  for (let round = 0; round < 6; round += 1) {
    h.advance(round === 0 ? 90_000 : 3_700);
    await h.sweep();
    await h.sweepOrphans();
  }
  const expected = { bytes: await publishedBytes(played), assets: h.records.size, openUploads: 0 };
  expect(await h.quotas.usage(owner)).toEqual(expected);
  for (const asin of announced) await h.follow.assetDeleted(owner, asin);
  for (const asin of changed) expect(await h.follow.removed(asin)).toBe(true);
  expect(await h.quotas.usage(owner)).toEqual(expected);
}

it(
  'I4: declarations, ends and deletions at once, killed between any two steps, never exceed the quota and leak nothing',
  { timeout: 60_000 },
  async () => {
    const schedule = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    await fc.assert(fc.asyncProperty(schedule, fc.boolean(), expectNothingLeaked), { numRuns: 2_000 });
  },
);

it.each([
  ['bytes', { bytes: 23, assets: 99, openUploads: 99 }, 7],
  ['assets', { bytes: 999, assets: 11, openUploads: 99 }, 11],
  ['open uploads', { bytes: 999, assets: 99, openUploads: 5 }, 5],
])(
  'I4: 50 racing declarations at the edge of the quota of %s let through what fits',
  async (_, quota, fit) => {
    const h = memoryIngest(mortalProcesses().through, quota);
    const owner = newId('user');
    const declaration = aDeclaration({ files: [aDeclaredFile(Buffer.from('abc'))] });
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => h.declare(owner, declaration)));
    const told = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = all.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as { code: string }] : [],
    );
    expect(told).toHaveLength(fit);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['quota.exceeded']));
    expect(await h.quotas.usage(owner)).toEqual({ bytes: 3 * fit, assets: fit, openUploads: fit });
    expect((await h.uploads.ofUser(owner, { limit: 99, after: undefined })).ids).toHaveLength(fit);
    await Promise.all(told.map(({ upload }) => h.abort(owner, upload.upload_id)));
    expect(await h.quotas.usage(owner)).toEqual({ bytes: 0, assets: 0, openUploads: 0 });
  },
);

it('I4: a declaration that dies around any of its calls gives everything back', async () => {
  for (let call = 0; call < 8; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const fate: Fate = { call, when };
      await expectNothingLeaked([
        [{ type: 'declare', which: 4, fate }],
        [{ type: 'declare', which: 4, fate }],
      ]);
    }
  }
});

it('I4: an asset whose first upload died around any of its calls is counted once, whatever came after it', async () => {
  for (let call = 0; call < 30; call += 1) {
    for (const when of ['before', 'after'] as const) {
      for (const isHeard of [true, false]) {
        const lives = { fate: undefined };
        const schedule: Schedule = [
          [{ type: 'declare', which: 0, ...lives }],
          [{ type: 'send', which: 0, fate: { call, when } }],
          [{ type: 'release', which: 0, ...lives }],
          [{ type: 'send', which: 1, ...lives }],
          [{ type: 'pictures', which: 0, ...lives }],
          [{ type: 'delete', which: 0, ...lives }],
        ];
        await expectNothingLeaked(schedule, isHeard);
        await expectNothingLeaked([
          ...schedule.slice(0, 5),
          [{ type: 'delete', which: 0, fate: { call, when } }],
        ]);
      }
    }
  }
});

it('I4: what is removed of an asset is given back once, whoever dies around any call of its publication or its return', async () => {
  const lives = { fate: undefined };
  for (let call = 0; call < 30; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const fate: Fate = { call, when };
      const first: Schedule = [
        [{ type: 'declare', which: 0, ...lives }],
        [{ type: 'send', which: 0, ...lives }],
      ];
      const further = (which: number, dies: Fate | undefined): Schedule => [
        [{ type: 'release', which: 0, ...lives }],
        [{ type: 'send', which, fate: dies }],
      ];
      const removed = (which: number, dies: Fate | undefined): Schedule => [
        [{ type: 'remove release', which, fate: dies }],
      ];
      const sweep: Schedule = [[{ type: 'sweep', which: 0, ...lives }]];
      await expectNothingLeaked([...first, ...further(1, fate), ...removed(1, undefined)]);
      await expectNothingLeaked([
        ...first,
        ...further(1, fate),
        ...removed(1, undefined),
        ...sweep,
        ...further(2, undefined),
        ...removed(2, undefined),
      ]);
      await expectNothingLeaked([
        ...first,
        ...further(1, undefined),
        ...further(2, undefined),
        ...removed(1, fate),
        ...removed(2, undefined),
        ...removed(0, fate),
      ]);
      await expectNothingLeaked([
        ...first,
        ...further(1, undefined),
        ...removed(0, fate),
        [{ type: 'pictures', which: 0, ...lives }],
        [{ type: 'send', which: 2, fate }],
        [{ type: 'remove pictures', which: 0, ...lives }],
        [{ type: 'delete', which: 0, fate }],
      ]);
    }
  }
});
