import semver from 'semver';
import { z } from '@hono/zod-openapi';

const MAX_LENGTH = 64;

/**
 * Engine versions as people write them: one version (`4.2.1`), all of a series (`4.2`, `4.x`) or a range
 * (`>=4.1 <4.4`, `^4.1`), in the syntax of semver ranges.
 */
export const engineRangeField = z
  .string()
  .trim()
  .refine((text) => text.length <= MAX_LENGTH, {
    error: `must have at most ${MAX_LENGTH} characters`,
    params: { code: 'engine.too_long', hint: 'List several ranges instead of one long one.' },
    abort: true,
  })
  .refine((text) => text !== '' && semver.validRange(text) !== null, {
    error: 'must be a version, a series or a range such as 4.2, 4.x or >=4.1 <4.4',
    params: {
      code: 'engine.not_a_range',
      hint: 'Write one version (4.2.1), a series (4.2, 4.x) or a range (>=4.1 <4.4, ^4.1).',
    },
    abort: true,
  })
  .refine(hasVersions, {
    error: 'must be a range that some version is in',
    params: { code: 'engine.empty_range', hint: 'No version is in it: look at its lower and upper bound.' },
  })
  .openapi({ type: 'string', maxLength: MAX_LENGTH, example: '>=4.1 <5' });

/** Each alternative for itself: semver looks at the lowest bound of all of them only. */
function hasVersions(range: string): boolean {
  return new semver.Range(range).set.some((comparators) => {
    const alternative = comparators.map(({ value }) => value).join(' ');
    return semver.minVersion(alternative) !== null;
  });
}

const VERSION_OR_SERIES = /^\d{1,6}(\.(\d{1,6}|x)){0,2}(-[0-9A-Za-z.-]+)?$/;

/** The version, or series of versions, that somebody has: what `engine=` of a search takes. */
export const engineVersionField = z
  .string()
  .trim()
  .max(MAX_LENGTH, { abort: true })
  .refine((text) => VERSION_OR_SERIES.test(text) && semver.validRange(text) !== null, {
    error: 'must be a version such as 4.2 or 4.2.1',
    params: {
      code: 'engine.not_a_version',
      hint: 'Write one version (4.2.1) or a series of them (4.2, 4.x).',
    },
  })
  .openapi({ example: '4.2' });
