import { assert, property, string, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';

import { KeyIndex } from './key-index.ts';
import { compareKeys } from './key-order.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const key = string({ unit: 'binary', maxLength: 12 });

test('keys compare like their UTF-8 bytes', () => {
  assert(
    property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
    }),
  );
  expect(compareKeys('\u{1f600}', '\uffff')).toBeGreaterThan(0);
});

test('an index that is changed step by step is in order like one made at once', () => {
  assert(
    property(uniqueArray(key), uniqueArray(key), (added, removed) => {
      const index = new KeyIndex<string>();
      for (const name of added) index.set(name, name);
      for (const name of removed) index.delete(name);
      const left = added.filter((name) => !removed.includes(name)).toSorted(byBytes);
      expect(left.map((_, position) => index.at(position)?.key)).toEqual(left);
      expect(index.at(left.length)).toBeUndefined();
      expect(index.size).toBe(left.length);
    }),
  );
});
