import type { Query } from './query-sets.ts';

/** The query as a client sends it; facets are asked for by name only. */
export function searchPath({ criteria, page }: Query): string {
  const parameters = new URLSearchParams();
  const give = (name: string, value: string | undefined) => {
    if (value !== undefined) parameters.set(name, value);
  };
  give('q', criteria.text);
  give('kind', criteria.kind);
  give('engine', criteria.engine);
  give('sort', criteria.sort);
  give('limit', String(page.limit));
  give('facets', page.facets?.names.join(','));
  return `/v1/assets?${parameters.toString()}`;
}

/** The list begun at another place for each client, so that no two ask for the same at the same time. */
export function begunAt<T>(list: readonly T[], share: number): T[] {
  const at = Math.floor(list.length * share);
  return [...list.slice(at), ...list.slice(0, at)];
}
