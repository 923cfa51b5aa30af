import { newId } from '@cairn/shared/ids';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile, anAsset, sha256 } from '../testing/builders.ts';
import { memoryIngest } from '../testing/memory-ingest.ts';
import { mortalProcesses, type Fate } from '../testing/mortal-processes.ts';
import { incomingKey } from './upload.ts';

const CONTENTS = [Buffer.from('abc'), Buffer.from('defg'), Buffer.from('hij')];
/** The last file is sent in two parts, of two bytes and of one. */
const IN_PARTS = CONTENTS.length - 1;
const PARTS = { part_size: 2, part_count: 2, store_id: undefined };

const fate = fc.option(
  fc.record({ call: fc.nat(25), when: fc.constantFrom('before' as const, 'after' as const) }),
  { nil: undefined },
);
const file = fc.nat(CONTENTS.length - 1);
const part = fc.constantFrom(1, 2);
const bytes = fc.constantFrom('right', 'right', 'right', 'right', 'wrong size', 'wrong content');
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('urls' as const), fate }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('part' as const), part, bytes }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('complete' as const), fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('two completions' as const), fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('orphans' as const), fate }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('put' as const), file }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('event' as const), file, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('two workers' as const), file, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('sweep' as const), fate }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('time' as const),
      seconds: fc.oneof(fc.nat(70), fc.constant(4_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('user deleted' as const), fate }) },
);
/** Only of an asset that was there before the upload. */
const deletion = fc.record({ type: fc.constant('asset deleted' as const), fate });
type Step = typeof step | typeof deletion extends fc.Arbitrary<infer S> ? S : never;

/** `further`: the upload is a release of an asset that is there, and not a new one. */
async function play(steps: readonly Step[], further = false) {
  const processes = mortalProcesses();
  const h = memoryIngest(processes.through);
  const owner = newId('user');
  const asset = anAsset(owner);
  if (further) {
    const first = { asin: asset.asin, bytes: asset.asset_size, assets: 1 };
    await h.quotas.reserve(owner, asset.upload_id, first, h.limits.quota);
    await h.quotas.settle(owner, asset.upload_id);
    h.catalog.set(asset.asin, asset);
  }
  const release = { target: { kind: 'release', asin: asset.asin }, version: '2.0.0' } as const;
  const files = CONTENTS.map((bytes, i) => aDeclaredFile(bytes, `${i}.bin`));
  const declared = await h.declare(owner, aDeclaration({ files, ...(further ? release : {}) }));
  const uploadId = declared.upload.upload_id;
  const large = declared.files[IN_PARTS];
  if (large === undefined) throw new Error('the file that is sent in parts was not declared');
  await h.uploads.create(declared.upload, [{ ...large, multipart: PARTS }]);
  const arrive = async (index: number, ends: Fate | undefined) => {
    const arrived = declared.files[index];
    if (arrived !== undefined) await processes.run(ends, () => h.arrive(arrived));
  };
  const put = (index: number) => {
    const [target, content] = [declared.files[index], CONTENTS[index]];
    if (target !== undefined && content !== undefined && index !== IN_PARTS) h.put(target, content);
  };
  const urls = () => h.fileUrls(owner, uploadId, large.file_id, { from: 1, limit: 9 }).catch(refusedOnly);
  const complete = () => h.complete(owner, uploadId, large.file_id).catch(refusedOnly);
  /** What a URL of the sending still does, whoever sends it and however late. */
  const sendPart = async (number: number, sent: string) => {
    const storeId = (await h.uploads.findFile(uploadId, large.file_id))?.multipart?.store_id;
    const right = CONTENTS[IN_PARTS]?.subarray((number - 1) * 2, number * 2);
    const parts = storeId === undefined ? undefined : h.buckets.parts.get(storeId)?.parts;
    const content = { 'wrong size': Buffer.from('????'), 'wrong content': right?.map((byte) => byte + 1) };
    const sending = content[sent as keyof typeof content] ?? right;
    if (sending !== undefined) parts?.set(number, sending);
  };

  const perform: { [Type in Step['type']]: (step: Extract<Step, { type: Type }>) => Promise<unknown> } = {
    put: async (s) => put(s.file),
    event: (s) => arrive(s.file, s.fate),
    'two workers': (s) => Promise.all([arrive(s.file, s.fate), arrive(s.file, undefined)]),
    urls: (s) => processes.run(s.fate, urls),
    part: (s) => sendPart(s.part, s.bytes),
    complete: (s) => processes.run(s.fate, complete),
    'two completions': (s) => Promise.all([processes.run(s.fate, complete), complete()]),
    orphans: (s) => processes.run(s.fate, () => h.sweepOrphans()),
    sweep: (s) => processes.run(s.fate, () => h.sweep()),
    time: async (s) => h.advance(s.seconds),
    abort: (s) => processes.run(s.fate, () => h.abort(owner, uploadId).catch(refusedOnly)),
    'user deleted': async (s) => {
      h.deletedUsers.add(owner);
      await processes.run(s.fate, () => h.follow.userDeleted(owner));
    },
    'asset deleted': async (s) => {
      const { asin, date_posted } = asset;
      const dates = { date_posted, date_updated: date_posted, date_deleted: date_posted };
      h.catalog.set(asin, { asin, user_id: owner, status: 'deleted', revision: 9, ...dates });
      h.deletionEvents.push(asin);
      await processes.run(s.fate, () => h.follow.assetDeleted(owner, asin));
    },
  };
  for (const each of steps) await perform[each.type](each as never);

  // From here on nothing fails: the client sends what is missing, messages come back, and time passes.
  if ((await h.state(declared)) === 'open') {
    for (const index of CONTENTS.keys()) put(index);
    await urls();
    for (const number of [1, 2]) await sendPart(number, 'right');
    await complete();
  }
  if (h.deletedUsers.has(owner)) await h.follow.userDeleted(owner);
  for (let round = 0; round < 40; round += 1) {
    h.advance(60);
    await h.sweep();
    for (const key of h.secondLooks.splice(0)) {
      await arrive(
        declared.files.findIndex(({ file_id }) => key.endsWith(file_id)),
        undefined,
      );
    }
    for (const asin of h.deletionEvents.splice(0)) await h.follow.assetDeleted(owner, asin);
  }
  // Of what was put after all that, S3 tells in its own time.
  for (const [index, each] of declared.files.entries()) {
    if (h.buckets.incoming.has(incomingKey(each))) await arrive(index, undefined);
  }
  return { h, declared, owner };
}

/** An abort that comes too late is refused, and a killed one says nothing. */
function refusedOnly(error: unknown): void {
  if (!(error instanceof Error) || !('code' in error)) throw error;
}

async function expectSoundEnd(steps: readonly Step[]): Promise<void> {
  const { h, declared, owner } = await play(steps);
  const { upload } = declared;
  const state = await h.state(declared);
  const deleted = h.deletedUsers.has(owner);
  const bad = steps.some((each) => each.type === 'part' && each.bytes === 'wrong content');
  const ends = ['published', 'aborted', 'expired', ...(bad ? ['rejected'] : [])];
  expect(deleted ? [undefined] : ends).toContain(state);

  // The record is there if and only if the upload says so; of a deleted user, if it was before the deletion.
  const visible = h.records.has(upload.asin);
  expect(visible).toBe(deleted ? visible : state === 'published');
  const releases = [...h.releases.values()];
  expect(releases.map(({ release_id }) => release_id)).toEqual(visible ? [upload.release_id] : []);
  expect(h.published.length).toBeLessThanOrEqual(1);

  // Nothing is left that nobody names, nor anything to do; what is served has the declared content.
  const named = releases.flatMap(({ files }) => files);
  expect([...h.buckets.copies.keys()].toSorted()).toEqual(named.map(({ key }) => key).toSorted());
  for (const { key, sha256: declaredHash } of named) {
    expect(sha256(h.buckets.copies.get(key) ?? Buffer.alloc(0))).toBe(declaredHash);
  }
  expect(h.buckets.incoming.size + h.buckets.parts.size).toBe(0);
  expect((await h.uploads.find(upload.upload_id))?.due_at).toBeUndefined();

  // The quota holds exactly what is published; of a deleted user there is none, and no file either.
  const held = !deleted && visible ? 1 : 0;
  const expected = { bytes: held * upload.total_bytes, assets: held, openUploads: 0 };
  expect(await h.quotas.usage(owner)).toEqual(expected);
  if (!deleted) return;
  expect((await h.quotas.page(undefined)).ledgers).toEqual([]);
  for (const file of declared.files) {
    expect(await h.uploads.findFile(upload.upload_id, file.file_id)).toBeUndefined();
  }
}

async function expectSoundEndOfRelease(steps: readonly Step[]): Promise<void> {
  const { h, declared, owner } = await play(steps, true);
  const { upload } = declared;
  const ended = await h.uploads.find(upload.upload_id);
  const isGone = h.catalog.get(upload.asin)?.status === 'deleted';
  const bad = steps.some((each) => each.type === 'part' && each.bytes === 'wrong content');
  const ends = ['published', 'aborted', 'expired', ...(bad || isGone ? ['rejected'] : [])];
  expect(ends).toContain(ended?.state);
  const refused = ended?.state === 'rejected' && !bad ? [ended.refusal?.code] : [];
  expect(refused.filter((code) => code !== 'asset.gone')).toEqual([]);
  expect(ended?.due_at).toBeUndefined();
  // What was published of a deleted asset is the catalog's to remove.
  const isPublished = ended?.state === 'published';
  expect(h.releases.size).toBe(isPublished ? 1 : 0);
  expect(h.buckets.copies.size).toBe(isPublished ? CONTENTS.length : 0);
  expect(h.buckets.incoming.size + h.buckets.parts.size).toBe(0);
  const bytes = isGone ? 0 : anAsset(owner).asset_size + (isPublished ? upload.total_bytes : 0);
  expect(await h.quotas.usage(owner)).toEqual({ bytes, assets: isGone ? 0 : 1, openUploads: 0 });
}

const ALL_SENT: readonly Step[] = [
  { type: 'put', file: 0 },
  { type: 'put', file: 1 },
  { type: 'urls', fate: undefined },
  { type: 'part', part: 2, bytes: 'right' },
  { type: 'part', part: 1, bytes: 'right' },
  { type: 'event', file: 0, fate: undefined },
];
const COMPLETED: Step = { type: 'complete', fate: undefined };
const LARGE_ARRIVED: Step = { type: 'event', file: IN_PARTS, fate: undefined };
const INTERFERENCES = {
  nothing: [],
  'an abort': [{ type: 'abort', fate: undefined }],
  'the deletion of the user': [{ type: 'user deleted', fate: undefined }],
  'the expiry': [
    { type: 'time', seconds: 100_000 },
    { type: 'sweep', fate: undefined },
  ],
  'a replayed PUT and its event': [
    { type: 'put', file: 1 },
    { type: 'event', file: 1, fate: undefined },
  ],
  'two workers': [{ type: 'two workers', file: 1, fate: undefined }],
  'the sweep of orphans': [{ type: 'orphans', fate: undefined }],
  'a late part and another completion': [{ type: 'part', part: 1, bytes: 'wrong size' }, COMPLETED],
} as const satisfies Record<string, readonly Step[]>;

it.each(Object.entries(INTERFERENCES))(
  'I1 to I6: a worker that dies around any of its calls, then %s, ends in one sound state',
  async (_, interference) => {
    for (let call = 0; call < 40; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const dies: Step = { type: 'event', file: 1, fate: { call, when } };
        await expectSoundEnd([...ALL_SENT, COMPLETED, LARGE_ARRIVED, dies, ...interference]);
      }
    }
  },
);

it.each(Object.entries(INTERFERENCES))(
  'I1 to I6: a completion that dies around any of its calls, then %s, ends in one sound state',
  async (_, interference) => {
    for (let call = 0; call < 10; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const dies: Step = { type: 'complete', fate: { call, when } };
        await expectSoundEnd([...ALL_SENT, dies, ...interference, LARGE_ARRIVED]);
      }
    }
  },
);

it('I6: the deletion of the user that dies around any of its calls is finished by the next one', async () => {
  for (const sent of [[], ALL_SENT, [...ALL_SENT, COMPLETED, LARGE_ARRIVED]]) {
    for (let call = 0; call < 40; call += 1) {
      for (const when of ['before', 'after'] as const) {
        await expectSoundEnd([...sent, { type: 'user deleted', fate: { call, when } }]);
      }
    }
  }
});

it(
  'I1 to I6: every order of puts, parts, completions, events, repeats, kills, sweeps, aborts and deletions ends in one sound state',
  { timeout: 60_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 18 }), expectSoundEnd), { numRuns: 2_000 });
  },
);

it('I4: the deletion of the asset, dying around any of its calls, at any step of a release of it, leaks nothing', async () => {
  const last: Step = { type: 'event', file: 1, fate: undefined };
  const whole = [...ALL_SENT, COMPLETED, LARGE_ARRIVED, last];
  for (let step = 0; step <= whole.length; step += 1) {
    for (let call = 0; call < 30; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const dies: Step = { type: 'asset deleted', fate: { call, when } };
        await expectSoundEndOfRelease([...whole.slice(0, step), dies, ...whole.slice(step)]);
      }
    }
  }
});

it('I4: a worker of a release that dies around any of its calls, then the deletion of the asset, leaks nothing', async () => {
  for (let call = 0; call < 40; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const dies: Step = { type: 'event', file: 1, fate: { call, when } };
      const deleted: Step = { type: 'asset deleted', fate: undefined };
      await expectSoundEndOfRelease([...ALL_SENT, COMPLETED, LARGE_ARRIVED, dies, deleted]);
    }
  }
});

it(
  'I4: every order of what happens to a release and to its asset ends in one sound state',
  {
    timeout: 60_000,
  },
  async () => {
    const ofRelease = step.filter(({ type }) => type !== 'user deleted');
    const either = fc.oneof({ weight: 10, arbitrary: ofRelease }, { weight: 1, arbitrary: deletion });
    const steps = fc.array(either, { maxLength: 18 });
    await fc.assert(fc.asyncProperty(steps, expectSoundEndOfRelease), { numRuns: 1_000 });
  },
);
