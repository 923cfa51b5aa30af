/** The lowest of each place: what else runs on the machine burdens one round, and hardly the same place of all. */
export function bestOf(rounds: readonly (readonly number[])[]): number[] {
  const [first = []] = rounds;
  return first.map((_, i) => Math.min(...rounds.map((round) => round[i] ?? Infinity)));
}
