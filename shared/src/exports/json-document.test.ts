import { expect, test } from 'vitest';
import { jsonDocument, type Sections } from './json-document.ts';

async function* each(...items: readonly unknown[]): AsyncGenerator {
  yield* items;
}

async function textOf(sections: Sections): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of jsonDocument(sections)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('values and iterables become one document, also what is empty or undefined', async () => {
  const text = await textOf({
    profile: { username: 'mara"\n', empty: {} },
    missing: undefined,
    none: each(),
    many: each({ a: [1, 2] }, 'two\u2028', null),
  });
  expect(JSON.parse(text)).toEqual({
    profile: { username: 'mara"\n', empty: {} },
    missing: null,
    none: [],
    many: [{ a: [1, 2] }, 'two\u2028', null],
  });
  expect(text).toContain('\n    {\n      "a": [');
});

test('nothing is an empty object', async () => {
  expect(JSON.parse(await textOf({}))).toEqual({});
});

test('an iterable is read as it is written, not before', async () => {
  let made = 0;
  const items = (async function* () {
    for (;;) yield (made += 1);
  })();
  const document = jsonDocument({ items });
  for (let i = 0; i < 4; i += 1) await document.next();
  expect(made).toBeLessThan(5);
});
