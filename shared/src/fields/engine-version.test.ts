import * as fc from 'fast-check';
import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { engineRangeField, engineVersionField } from './engine-version.ts';
import { supportsEngine } from './supports-engine.ts';

describe('a range of engine versions', () => {
  test.each([
    '4.2.1',
    '4.2',
    '4.x',
    '4',
    '>=4.1 <4.4',
    '^4.1',
    '~4.2.0',
    '4.1 || 5',
    '4.1 - 4.3',
    '*',
    ' 4.2 ',
  ])('can be %j', (range) => {
    expect(engineRangeField.safeParse(range).success).toBe(true);
  });

  test.each([
    '',
    '   ',
    'latest',
    '4.2.1.0',
    '>=',
    'four',
    '4,2',
    '>=4 <x<5',
    `>=4${' '.repeat(40)}${'0'.repeat(40)}`,
  ])('cannot be %j', (range) => {
    expect(engineRangeField.safeParse(range).success).toBe(false);
  });
});

describe('a range that no version is in', () => {
  test.each(['>=5 <4', '>4.2.0 <4.2.1', '4.1 5.x', '<0.0.0', '>=5 <4 || 3 2', '^4 ^5'])(
    'is refused: %j',
    (range) => {
      const issues = engineRangeField.safeParse(range).error?.issues;
      expect(issues).toMatchObject([{ params: { code: 'engine.empty_range' } }]);
    },
  );

  test.each(['>=5 <4 || 6', '4.x || >=5 <4', '>=4.1 <4.2', '>4.2.0-beta.1 <4.2.0', '4.3.0-beta.2'])(
    'is another one: %j',
    (range) => {
      expect(engineRangeField.safeParse(range).success).toBe(true);
    },
  );

  test('is never one that a version satisfies', () => {
    const version = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)).map((parts) => parts.join('.'));
    const comparator = fc
      .tuple(fc.constantFrom('', '^', '~', '>=', '<=', '<', '>'), version)
      .map((parts) => parts.join(''));
    const all = fc.array(comparator, { minLength: 1, maxLength: 3 }).map((each) => each.join(' '));
    const range = fc.array(all, { minLength: 1, maxLength: 2 }).map((each) => each.join(' || '));
    fc.assert(
      fc.property(range, version, (wanted, has) => {
        const accepted = wanted.length <= 64 && engineRangeField.safeParse(wanted).success;
        return accepted || wanted.length > 64 || !semver.satisfies(has, wanted);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the engine version that somebody has', () => {
  test.each(['4', '4.2', '4.2.1', '4.x', '4.2.x', '4.3.0-beta.2'])('can be %j', (version) => {
    expect(engineVersionField.safeParse(version).success).toBe(true);
  });

  test.each(['', '>=4', '4.2.1.0', '*', 'v4', '4 || 5', '4.2-beta', '04.x.y', '4.2.1-'])(
    'cannot be %j',
    (version) => {
      expect(engineVersionField.safeParse(version).success).toBe(false);
    },
  );
});

describe('an asset', () => {
  test.each([
    [['>=4.1 <4.4'], '4.1', true],
    [['>=4.1 <4.4'], '4.3.9', true],
    [['>=4.1 <4.4'], '4.4', false],
    [['>=4.1 <4.4'], '4', true],
    [['>=4.1 <4.4'], '4.x', true],
    [['>=4.1 <4.4'], '3', false],
    [['4.2'], '4.2.5', true],
    [['4.2.1'], '4.2', true],
    [['4.2.1'], '4.2.2', false],
    [['3.5', '4.x'], '4.9', true],
    [['3.5', '4.x'], '5.0', false],
    [['*'], '99.0.0', true],
    [['>=4.3'], '4.3.0-beta.2', true],
    [['<4.3'], '4.3.0-beta.2', false],
    [['>=4.3.0-beta.1'], '4.3.0-beta.2', true],
    [[], '4.2', false],
    [['not a range'], '4.2', false],
  ])('for %j runs in %s: %s', (ranges, version, expected) => {
    expect(supportsEngine(ranges, version)).toBe(expected);
  });

  test('runs in a version exactly when semver says that its range includes it', () => {
    const number = fc.nat({ max: 6 });
    const version = fc.tuple(number, number, number).map((parts) => parts.join('.'));
    const comparator = fc
      .tuple(fc.constantFrom('', '^', '~', '>=', '<=', '<', '>'), version)
      .map((parts) => parts.join(''));
    const range = fc.array(comparator, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(
        range,
        version,
        (wanted, has) => supportsEngine([wanted], has) === semver.satisfies(has, wanted),
      ),
      { numRuns: 2_000 },
    );
  });
});
