import semver from 'semver';

const REMEMBERED = 10_000;
const known = new Map<string, readonly string[]>();

/** The series (`4.2`) that a range names: those of its lower bounds and of the versions in it. */
export function seriesIn(range: string): readonly string[] {
  const remembered = known.get(range);
  if (remembered !== undefined) return remembered;
  const series = readSeries(range);
  if (known.size >= REMEMBERED) known.clear();
  known.set(range, series);
  return series;
}

function readSeries(range: string): readonly string[] {
  try {
    const comparators = new semver.Range(range).set.flat();
    const named = comparators.flatMap(({ operator, semver: bound }) =>
      // Of an upper bound it is not known whether anything of its series is in the range.
      operator.startsWith('<') || typeof bound === 'symbol' || bound.major === undefined
        ? []
        : `${bound.major}.${bound.minor}`,
    );
    return [...new Set(named)];
  } catch {
    return [];
  }
}
