import { describe, expect, test } from 'vitest';
import { highestFirst, newestVersion, releaseVersionField } from './release-version.ts';

describe('the version of a release', () => {
  test.each(['1.0.0', '0.0.1', '10.20.30', '2.1.0-beta.1', '1.0.0-alpha', ' 1.0.0 '])(
    'can be %j',
    (version) => {
      expect(releaseVersionField.parse(version)).toBe(version.trim());
    },
  );

  test.each([
    '',
    '1',
    '1.0',
    '1.0.0.0',
    'v1.0.0',
    '=1.0.0',
    '01.0.0',
    '1.0.0+build',
    '1.0.0-',
    '1.0.0-01',
    '../1',
    `1.0.${'9'.repeat(70)}`,
  ])('cannot be %j', (version) => {
    expect(releaseVersionField.safeParse(version).success).toBe(false);
  });
});

describe('the newest version', () => {
  test.each([
    [['1.0.0', '1.10.0', '1.9.0'], '1.10.0'],
    [['1.0.0', '2.0.0-beta.1'], '1.0.0'],
    [['1.0.0-alpha', '1.0.0-beta.2', '1.0.0-beta.11'], '1.0.0-beta.11'],
    [[], undefined],
  ])('of %j is %s', (versions, newest) => {
    expect(newestVersion(versions)).toBe(newest);
  });

  test('comes first in the order that people are shown, and the list stays as it was', () => {
    const versions = Object.freeze(['1.0.0', '2.0.0-beta.1', '1.10.0']);
    expect(highestFirst(versions)).toEqual(['2.0.0-beta.1', '1.10.0', '1.0.0']);
  });
});
