/**
 * What one process knows of the end of a log whose entries never change: which ids are in a range of its numbers
 * without gaps. Nothing in the range has to be read again.
 */
export interface KnownLogEnd {
  /** The number that the range ends with; undefined: nothing is known. */
  end(): number | undefined;
  /** Where an id is, if it is in the range. */
  seqOf(id: string): number | undefined;
  /** Whether everything after `seq` up to the end of the range is known. */
  reaches(seq: number): boolean;
  /** Forgets all, and begins behind `seq`. */
  restart(seq: number): void;
  /** The next entry; one that leaves a gap begins the range anew. */
  note(seq: number, id: string): void;
}

export function knownLogEnd(mostIds = 5_000): KnownLogEnd {
  const ids = new Map<string, number>();
  /** The range is (from, to]. */
  let from: number | undefined;
  let to = 0;

  function restart(seq: number): void {
    ids.clear();
    from = to = seq;
  }

  return {
    end: () => (from === undefined ? undefined : to),
    seqOf: (id) => ids.get(id),
    reaches: (seq) => from !== undefined && seq >= from && seq <= to,
    restart,
    note(seq, id) {
      if (from === undefined || seq !== to + 1) restart(seq - 1);
      ids.set(id, seq);
      to = seq;
      for (const [oldest, at] of ids) {
        if (ids.size <= mostIds) break;
        ids.delete(oldest);
        from = at;
      }
    },
  };
}
