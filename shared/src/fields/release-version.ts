import semver from 'semver';
import { z } from '@hono/zod-openapi';

const MAX_LENGTH = 64;

/** A semantic version without build metadata: two releases must not differ by that alone. */
export const releaseVersionField = z
  .string()
  .trim()
  .refine((text) => text.length <= MAX_LENGTH && semver.valid(text) === text, {
    error: 'must be a semantic version such as 1.0.0 or 2.1.0-beta.1',
    params: {
      code: 'version.not_semver',
      hint: `Three numbers, maybe a pre-release, no build metadata; at most ${MAX_LENGTH} characters.`,
    },
  })
  .openapi({ type: 'string', maxLength: MAX_LENGTH, example: '1.0.0' });

/** The versions in semver's order, the highest first. */
export const highestFirst = (versions: readonly string[]): string[] => [...versions].sort(semver.rcompare);

/** The newest of the versions: releases before pre-releases, as semver orders them. */
export function newestVersion(versions: readonly string[]): string | undefined {
  const sorted = highestFirst(versions);
  return sorted.find((version) => semver.prerelease(version) === null) ?? sorted[0];
}
