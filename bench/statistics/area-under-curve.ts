/**
 * How well a threshold tells the two apart: the chance that one of the first is greater than one of the second,
 * ties by halves (Mann-Whitney). 0.5: not at all.
 */
export function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].toSorted((a, b) => a.value - b.value);
  let ranks = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i += 1) if (all[i]?.isFirst === true) ranks += rank;
    start = end;
  }
  const smallest = (first.length * (first.length + 1)) / 2;
  return (ranks - smallest) / (first.length * second.length);
}
