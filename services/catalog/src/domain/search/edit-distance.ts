/** Whether one edit makes `b` of `a`: a character more, less or other, or two neighbours exchanged. */
export function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 2) return false;
  const one = Array.from(a);
  const other = Array.from(b);
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i += 1;
  const sameFrom = (inShort: number, inLong: number): boolean => {
    if (short.length - inShort !== long.length - inLong) return false;
    for (let k = 0; inShort + k < short.length; k += 1) {
      if (short[inShort + k] !== long[inLong + k]) return false;
    }
    return true;
  };
  if (short.length !== long.length) return sameFrom(i, i + 1);
  return (
    sameFrom(i + 1, i + 1) || (short[i] === long[i + 1] && short[i + 1] === long[i] && sameFrom(i + 2, i + 2))
  );
}
