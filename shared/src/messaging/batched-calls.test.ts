import { expect, test } from 'vitest';
import { batchedCalls, type FailedEntry } from './batched-calls.ts';

const entries = (count: number) => Array.from({ length: count }, (_, i) => ({ value: i }));

function aBatcher(fails: (value: number) => boolean = () => false, bytes = 0) {
  const calls: number[][] = [];
  const add = batchedCalls<{ value: number }>(
    async (batch): Promise<FailedEntry[]> => {
      calls.push(batch.map(({ value }) => value));
      return batch.filter(({ value }) => fails(value)).map(({ Id }) => ({ Id, Code: 'InternalError' }));
    },
    () => bytes,
  );
  return { calls, add };
}

test('what is asked for together goes in calls of ten', async () => {
  const { calls, add } = aBatcher();
  await Promise.all(entries(23).map(add));
  expect(calls.map((call) => call.length)).toEqual([10, 10, 3]);
  expect(calls.flat()).toEqual(entries(23).map(({ value }) => value));
});

test('a single one does not wait for others', async () => {
  const { calls, add } = aBatcher();
  await add({ value: 1 });
  await add({ value: 2 });
  expect(calls).toEqual([[1], [2]]);
});

test('only those that the queue did not take fail', async () => {
  const { add } = aBatcher((value) => value === 3 || value === 14);
  const results = await Promise.allSettled(entries(20).map(add));
  expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([3, 14]);
});

test('all of a call fail when the call does', async () => {
  const add = batchedCalls<{ value: number }>(() => Promise.reject(new Error('no answer')));
  const results = await Promise.allSettled(entries(3).map(add));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('large ones go in smaller calls', async () => {
  const { calls, add } = aBatcher(undefined, 100_000);
  await Promise.all(entries(5).map(add));
  expect(calls.map((call) => call.length)).toEqual([2, 2, 1]);
});
