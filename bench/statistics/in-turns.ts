/**
 * A, B, A, B, ... instead of all of A and then all of B: whatever else runs on the machine for a while burdens
 * both alike. The results are in the order of the trials.
 */
export async function inTurns<A, B>(
  trials: number,
  first: (trial: number) => Promise<A>,
  second: (trial: number) => Promise<B>,
): Promise<{ first: A[]; second: B[] }> {
  const results: { first: A[]; second: B[] } = { first: [], second: [] };
  for (let trial = 0; trial < trials; trial += 1) {
    results.first.push(await first(trial));
    results.second.push(await second(trial));
  }
  return results;
}
