/** The nearest-rank percentile, `rank` from 0 to 100: a value that was measured, never one between two. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1);
  const value = sorted[at];
  if (value === undefined) throw new Error('there is no percentile of nothing');
  return value;
}

/** The middle of the trials; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (lower === undefined || upper === undefined) throw new Error('there is no median of nothing');
  return (lower + upper) / 2;
}
