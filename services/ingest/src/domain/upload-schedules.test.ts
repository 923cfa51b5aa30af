import { newId } from '@cairn/shared/ids';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { aDeclaration, aDeclaredFile } from '../testing/builders.ts';
import { memoryIngest } from '../testing/memory-ingest.ts';
import { mortalProcesses, type Fate } from '../testing/mortal-processes.ts';

const CONTENTS = [Buffer.from('abc'), Buffer.from('defg')];

const fate = fc.option(
  fc.record({ call: fc.nat(25), when: fc.constantFrom('before' as const, 'after' as const) }),
  { nil: undefined },
);
const file = fc.nat(CONTENTS.length - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('put' as const), file }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('event' as const), file, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('two workers' as const), file, fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('sweep' as const), fate }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('time' as const), seconds: fc.nat(70) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('user deleted' as const), fate }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play(steps: readonly Step[]) {
  const processes = mortalProcesses();
  const h = memoryIngest(processes.through);
  const owner = newId('user');
  const declared = await h.declare(
    owner,
    aDeclaration({ files: CONTENTS.map((bytes, i) => aDeclaredFile(bytes, `${i}.bin`)) }),
  );
  const uploadId = declared.upload.upload_id;
  const arrive = async (index: number, ends: Fate | undefined) => {
    const arrived = declared.files[index];
    if (arrived !== undefined) await processes.run(ends, () => h.arrive(arrived));
  };
  const put = (index: number) => {
    const [target, bytes] = [declared.files[index], CONTENTS[index]];
    if (target !== undefined && bytes !== undefined) h.put(target, bytes);
  };

  const perform: { [Type in Step['type']]: (step: Extract<Step, { type: Type }>) => Promise<unknown> } = {
    put: async (s) => put(s.file),
    event: (s) => arrive(s.file, s.fate),
    'two workers': (s) => Promise.all([arrive(s.file, s.fate), arrive(s.file, undefined)]),
    sweep: (s) => processes.run(s.fate, () => h.sweep()),
    time: async (s) => h.advance(s.seconds),
    abort: (s) => processes.run(s.fate, () => h.abort(owner, uploadId).catch(refusedOnly)),
    'user deleted': async (s) => {
      h.deletedUsers.add(owner);
      await processes.run(s.fate, () => h.follow.userDeleted(owner));
    },
  };
  for (const each of steps) await perform[each.type](each as never);

  // From here on nothing fails: the client sends what is missing, and time passes.
  const ended = await h.state(declared);
  if (ended === 'open') for (const index of CONTENTS.keys()) put(index);
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
  return { h, declared, owner };
}

/** An abort that comes too late is refused, and a killed one says nothing. */
function refusedOnly(error: unknown): void {
  if (!(error instanceof Error) || !('code' in error)) throw error;
}

async function expectSoundEnd(steps: readonly Step[]): Promise<void> {
  const { h, declared, owner } = await play(steps);
  const { upload } = declared;
  const whole = await h.uploads.findWhole(upload.upload_id);
  const state = whole?.upload.state;
  expect(['published', 'aborted', 'expired', 'withdrawn']).toContain(state);

  // Nothing is left that nobody names, nor anything to do.
  const named = whole?.files.flatMap(({ facts }) => facts?.key ?? []) ?? [];
  expect([...h.buckets.copies.keys()].toSorted()).toEqual(state === 'published' ? named.toSorted() : []);
  expect([...h.buckets.incoming.keys()]).toEqual([]);
  expect(whole?.upload.due_at).toBeUndefined();

  // The record is there if and only if the upload says so.
  expect([...h.records]).toEqual(state === 'published' ? [upload.asin] : []);

  // The quota holds exactly what is published.
  const held = state === 'published' ? upload.total_bytes : 0;
  const reserve = (bytes: number) =>
    h.quotas.reserve(owner, newId('upload'), { asin: newId('asset'), bytes, assets: 1 }, h.limits.quota);
  expect(await reserve(h.limits.quota.bytes - held)).toEqual({ outcome: 'reserved' });
  expect(await reserve(1)).toMatchObject({ what: 'bytes' });
}

const ALL_SENT: readonly Step[] = [
  { type: 'put', file: 0 },
  { type: 'put', file: 1 },
  { type: 'event', file: 0, fate: undefined },
];
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
} as const satisfies Record<string, readonly Step[]>;

it.each(Object.entries(INTERFERENCES))(
  'I1 to I6: a worker that dies around any of its calls, then %s, ends in one sound state',
  async (_, interference) => {
    for (let call = 0; call < 40; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const dies: Step = { type: 'event', file: 1, fate: { call, when } };
        await expectSoundEnd([...ALL_SENT, dies, ...interference]);
      }
    }
  },
);

it('I1 to I6: every order of puts, events, repeats, kills, sweeps, aborts and deletions ends in one sound state', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), expectSoundEnd), { numRuns: 2_000 });
});
