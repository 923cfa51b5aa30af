import { expect, it } from 'vitest';
import { anAsset } from '../testing/builders.ts';
import { assetTag, isUnchanged, revisionsIn } from './entity-tag.ts';

it('the tag names revision and downloads', () => {
  expect(assetTag(anAsset({ revision: 3, downloads: 42 }))).toBe('"3-42"');
});

it.each([
  [undefined, false],
  ['"3-42"', true],
  ['W/"3-42"', true],
  ['"1-0", W/"3-42"', true],
  ['*', true],
  ['"3-41"', false],
  ['3-42', false],
])('If-None-Match %j: unchanged is %s', (header, expected) => {
  expect(isUnchanged(header, '"3-42"')).toBe(expected);
});

it.each([
  [undefined, undefined],
  ['*', undefined],
  ['"3-42"', [3]],
  ['"3"', [3]],
  ['W/"3-42"', [3]],
  ['"3-42", "4-0"', [3, 4]],
  ['3', []],
  ['"abc"', []],
  ['"-1"', []],
  ['"0"', []],
  ['"03"', []],
])('If-Match %j names the revisions %j', (header, expected) => {
  const revisions = revisionsIn(header);
  expect(revisions === undefined ? undefined : [...revisions]).toEqual(expected);
});
