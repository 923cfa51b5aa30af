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
    await h.follow.assetDeleted(owner, asin).catch(refusedOnly);
  }

  async function perform({ type, which: number, fate: ends }: Action): Promise<void> {
    const target = told[number];
    const work: { [Type in Action['type']]: () => Promise<unknown> } = {
      declare: () => declare(SIZES[number % SIZES.length] ?? 1),
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
  return { h, owner, announced, visibleBytes };
}

/** What a client is told, and what brings a message back, is an end as well; anything else is a bug. */
const EXPECTED = ['being settled', 'changed while it was being copied', 'no such copy'];
function refusedOnly(error: unknown): void {
  const known =
    error instanceof Error && ('code' in error || EXPECTED.some((text) => error.message.includes(text)));
  if (!known) throw error;
}

async function expectNothingLeaked(schedule: Schedule): Promise<void> {
  const { h, owner, announced, visibleBytes } = await play(schedule);
  // Time passes and nothing fails any more; the events of deletions never come, which the slow pass mends.
  for (let round = 0; round < 6; round += 1) {
    h.advance(round === 0 ? 90_000 : 3_700);
    await h.sweep();
    await h.sweepOrphans();
  }
  const assets = h.records.size;
  expect(await h.quotas.usage(owner)).toEqual({ bytes: visibleBytes(), assets, openUploads: 0 });
  for (const asin of announced) await h.follow.assetDeleted(owner, asin);
  expect(await h.quotas.usage(owner)).toEqual({ bytes: visibleBytes(), assets, openUploads: 0 });
}

it(
  'I4: declarations, ends and deletions at once, killed between any two steps, never exceed the quota and leak nothing',
  { timeout: 60_000 },
  async () => {
    const schedule = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    await fc.assert(fc.asyncProperty(schedule, expectNothingLeaked), { numRuns: 2_000 });
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
