import { afterAll, expect, it } from 'vitest';
import { aStoredFile, inspectorWith } from './support/inspecting.ts';

const inspector = inspectorWith({ processes: 2, timeoutMs: 60_000, stallMs: 60_000 });
afterAll(() => inspector.close());
const { signal } = new AbortController();

/** A file of a user whose store gives nothing until it is told to. */
function aSlowFile(userId: string) {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const bytes = Buffer.from('slow');
  const file = aStoredFile(bytes, {
    userId,
    async *stream() {
      begun.resolve();
      await gate.promise;
      yield bytes;
    },
  });
  return { begun: begun.promise, open: gate.resolve, ended: inspector.inspect(file, signal) };
}

it('a user whose slow inspections hold every child delays nobody else, and gets no more than those', async () => {
  const slow = [aSlowFile('big'), aSlowFile('big')];
  await Promise.all(slow.map(({ begun }) => begun));
  let isThirdBegun = false;
  const third = aSlowFile('big');
  void third.begun.then(() => (isThirdBegun = true));

  const small = (userId: string) => inspector.inspect(aStoredFile(Buffer.from('small'), { userId }), signal);
  expect(await small('small')).toMatchObject({ outcome: 'accepted' });
  expect(await Promise.all([small('small'), small('other'), small('other')])).toHaveLength(3);
  expect(isThirdBegun).toBe(false);

  for (const each of [...slow, third]) each.open();
  const ends = await Promise.all([...slow, third].map(({ ended }) => ended));
  expect(ends.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);
});
