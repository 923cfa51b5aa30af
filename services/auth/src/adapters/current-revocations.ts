import { REVOCATIONS_MAX_AGE_SECONDS, type Revocations } from '@cairn/shared/http/revocations';
import type { RevocationRepository } from '../domain/ports.ts';

export interface CurrentRevocations extends Revocations, Pick<RevocationRepository, 'add'> {
  /** Everything that is revoked, and the moment before which nothing is missing. */
  all(): Promise<{ readonly ids: readonly string[]; readonly at: Date }>;
}

/** How long a list that was read serves other requests of this process. */
const FRESH_MS = 1_000;
const MAX_AGE_MS = REVOCATIONS_MAX_AGE_SECONDS * 1_000;

interface Loaded {
  readonly ids: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly at: Date;
}

/**
 * Auth's own view: read from the table, at most once a second; what this process revokes counts at once. While the
 * table is away the last list serves, under its old date, for as long as it would serve any other service.
 */
export function currentRevocations(
  repository: RevocationRepository,
  now: () => Date,
  freshMs = FRESH_MS,
): CurrentRevocations {
  let loading: Promise<Loaded> | undefined;
  let last: Loaded | undefined;
  let added = 0;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function load(at: Date): Promise<Loaded> {
    try {
      const before = added;
      const ids = await repository.list(at);
      const loaded = { ids, set: new Set(ids), at };
      // What has been revoked meanwhile may not be in it.
      if (added === before) last = loaded;
      return loaded;
    } catch (error) {
      if (last === undefined || at.getTime() - last.at.getTime() >= MAX_AGE_MS) throw error;
      return last;
    }
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
      added += 1;
      if (last !== undefined) last = { ...last, ids: [...last.ids, id], set: new Set(last.set).add(id) };
    },
    async look(ids) {
      const { set } = await current();
      return ids.some((id) => set.has(id)) ? 'revoked' : 'live';
    },
  };
}
