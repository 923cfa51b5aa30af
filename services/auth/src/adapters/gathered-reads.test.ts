import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { expect, test } from 'vitest';
import { gatheredReads } from './gathered-reads.ts';

type Keys = Record<string, { readonly Keys: readonly object[]; readonly ConsistentRead: boolean }>;

/** Holds every item that is asked for but those whose value is `absent`; `answer` says otherwise. */
function aDocument(answer?: (keys: Keys) => object) {
  const calls: (readonly [string, number])[] = [];
  const send = async (command: unknown) => {
    if (command instanceof GetCommand) {
      calls.push(['get', 1]);
      if (command.input.ConsistentRead !== true) throw new Error('not read consistently');
      return { Item: { ...command.input.Key, found: true } };
    }
    if (!(command instanceof BatchGetCommand)) throw new Error('another command');
    const keys = command.input.RequestItems as Keys;
    calls.push(['batch', Object.values(keys).reduce((sum, { Keys }) => sum + Keys.length, 0)]);
    if (answer !== undefined) return answer(keys);
    const Responses = Object.fromEntries(
      Object.entries(keys).map(([table, { Keys, ConsistentRead }]) => {
        if (!ConsistentRead) throw new Error('not read consistently');
        const there = Keys.filter((key) => !Object.values(key).includes('absent'));
        return [table, there.map((key) => ({ ...key, found: true })).reverse()];
      }),
    );
    return { Responses };
  };
  return { document: { send } as unknown as Document, calls };
}

test('what is read in one turn is one call, over tables and repositories, and each gets its own', async () => {
  const { document, calls } = aDocument();
  const [one, other] = [gatheredReads(document), gatheredReads(document)];
  const found = await Promise.all([
    one('users', { asin: 'a' }),
    other('users', { asin: 'b' }),
    one('users', { asin: 'absent' }),
    other('sessions', { user_id: 'a', session_id: '1' }),
    one('users', { asin: 'a' }),
  ]);
  expect(found).toEqual([
    { asin: 'a', found: true },
    { asin: 'b', found: true },
    undefined,
    { user_id: 'a', session_id: '1', found: true },
    { asin: 'a', found: true },
  ]);
  expect(calls).toEqual([['batch', 4]]);
});

test('one alone is a call of its own, and so is what is read in another turn', async () => {
  const { document, calls } = aDocument();
  const read = gatheredReads(document);
  await read('users', { asin: 'a' });
  await read('users', { asin: 'b' });
  expect(calls).toEqual([
    ['get', 1],
    ['get', 1],
  ]);
});

test('more than one call takes is several', async () => {
  const { document, calls } = aDocument();
  const read = gatheredReads(document);
  const all = Array.from({ length: 201 }, (_, i) => read('users', { asin: String(i) }));
  expect((await Promise.all(all)).map((item) => item?.['asin'])).toEqual(
    Array.from({ length: 201 }, (_, i) => String(i)),
  );
  expect(calls).toEqual([
    ['batch', 100],
    ['batch', 100],
    ['get', 1],
  ]);
});

test('what could not be read is an outage, and never an absent item', async () => {
  const { document } = aDocument((keys) => ({ Responses: {}, UnprocessedKeys: keys }));
  const read = gatheredReads(document);
  const both = await Promise.allSettled([read('users', { asin: 'a' }), read('users', { asin: 'b' })]);
  for (const each of both) {
    expect(each).toMatchObject({ status: 'rejected', reason: { name: 'ThrottlingException' } });
  }
});
