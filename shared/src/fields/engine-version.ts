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
  .min(1)
  .max(MAX_LENGTH)
  .refine((text) => semver.validRange(text) !== null && text !== '', {
    error: 'must be a version, a series or a range such as 4.2, 4.x or >=4.1 <4.4',
  })
  .openapi({ example: '>=4.1 <5' });

/** The version, or series of versions, that somebody has: what `engine=` of a search takes. */
export const engineVersionField = z
  .string()
  .trim()
  .max(MAX_LENGTH)
  .regex(/^\d{1,6}(\.(\d{1,6}|x)){0,2}(-[0-9A-Za-z.-]+)?$/, {
    error: 'must be a version such as 4.2 or 4.2.1',
  })
  .refine((text) => semver.validRange(text) !== null, { error: 'must be a version such as 4.2 or 4.2.1' })
  .openapi({ example: '4.2' });

/** Whether any of the ranges includes the version, or some version of the series. */
export function supportsEngine(ranges: readonly string[], version: string): boolean {
  const wanted = new semver.Range(version);
  return ranges.some((range) => {
    try {
      return semver.intersects(range, wanted, { includePrerelease: true });
    } catch {
      return false;
    }
  });
}
