import { newId } from '@cairn/shared/ids';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../testing/builders.ts';
import { memoryIngest } from '../testing/memory-ingest.ts';
import { mortalProcesses, type Fate } from '../testing/mortal-processes.ts';
import type { DeclaredUpload } from './declaring/declare-upload.ts';

/** Sizes of which three or four fit; five uploads may be open, and four assets there may be. */
const QUOTA = { bytes: 10, assets: 4, openUploads: 3 };
const SIZES = [1, 2, 3, 4, 5];

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
  const owner = newId('user');
  const told: DeclaredUpload[] = [];
  const announced = new Set<string>();

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

  async function perform({ type, which: number, fate: ends }: Action): Promise<void> {
    const target = told[number];
    const work: { [Type in Action['type']]: () => Promise<unknown> } = {
      declare: () => declare(SIZES[number % SIZES.length] ?? 1),
      release: () => declareFurther(target, 'release'),
      pictures: () => declareFurther(target, 'pictures'),
      abort: async () => target && h.abort(owner, target.upload.upload_id),
      send: () => send(target),
      delete: () => remove(target),
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
  return { h, owner, told, announced };
}

/** What is visible of the uploads, pictures too. */
async function publishedBytes({ h, told }: Awaited<ReturnType<typeof play>>): Promise<number> {
  let sum = 0;
  for (const each of told.filter(({ upload }) => h.records.has(upload.asin)))
    if ((await h.state(each)) === 'published') sum += each.upload.total_bytes;
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
  const { h, owner, announced } = played;
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
