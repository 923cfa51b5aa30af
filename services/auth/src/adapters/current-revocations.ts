import type { Revocations } from '@cairn/shared/http/revocations';
import type { RevocationRepository } from '../domain/ports.ts';

export interface CurrentRevocations extends Revocations, Pick<RevocationRepository, 'add'> {
  /** Everything that is revoked, and the moment before which nothing is missing. */
  all(): Promise<{ readonly ids: readonly string[]; readonly at: Date }>;
}

/** How long a list that was read serves other requests of this process. */
const FRESH_MS = 1_000;

interface Loaded {
  readonly ids: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly at: Date;
}

/** Auth's own view: read from the table, at most once a second; what this process revokes counts at once. */
export function currentRevocations(
  repository: RevocationRepository,
  now: () => Date,
  freshMs = FRESH_MS,
): CurrentRevocations {
  let loading: Promise<Loaded> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function load(at: Date): Promise<Loaded> {
    const ids = await repository.list(at);
    return { ids, set: new Set(ids), at };
  }

  function current(): Promise<Loaded> {
    const at = now();
    if (loading === undefined || Math.abs(at.getTime() - startedAt) >= freshMs) {
      const asked = load(at);
      startedAt = at.getTime();
      loading = asked;
      asked.catch(() => {
        if (loading === asked) loading = undefined;
      });
    }
    return loading;
  }

  return {
    all: current,
    async add(id, until) {
      await repository.add(id, until);
      loading = undefined;
    },
    async look(ids) {
      const { set } = await current();
      return ids.some((id) => set.has(id)) ? 'revoked' : 'live';
    },
  };
}
