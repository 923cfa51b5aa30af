import { describe, expect, it } from 'vitest';
import { knownLogEnd } from './known-log-end.ts';

describe('what is known of the end of a log', () => {
  it('is nothing at first', () => {
    const known = knownLogEnd();
    expect([known.end(), known.reaches(0), known.seqOf('a')]).toEqual([undefined, false, undefined]);
  });

  it('is what was noted since its beginning, without gaps', () => {
    const known = knownLogEnd();
    known.restart(4);
    known.note(5, 'five');
    known.note(6, 'six');
    expect([known.end(), known.seqOf('five'), known.seqOf('six')]).toEqual([6, 5, 6]);
    expect([3, 4, 6, 7].map((seq) => known.reaches(seq))).toEqual([false, true, true, false]);
    known.note(9, 'nine');
    expect([known.end(), known.seqOf('six'), known.reaches(6), known.reaches(8)]).toEqual([
      9,
      undefined,
      false,
      true,
    ]);
  });

  it('forgets its oldest entries, and says so', () => {
    const known = knownLogEnd(2);
    known.restart(0);
    for (const seq of [1, 2, 3]) known.note(seq, `id ${seq}`);
    expect([known.seqOf('id 1'), known.seqOf('id 2'), known.reaches(0), known.reaches(1)]).toEqual([
      undefined,
      2,
      false,
      true,
    ]);
  });
});
