import semver from 'semver';

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
