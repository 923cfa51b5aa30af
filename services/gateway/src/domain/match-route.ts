import type { Route } from '../routing-table.ts';

const GREEDY = '{proxy+}';

/** The row for a path: an exact one, else the longest `{proxy+}` above it, which needs something below it. */
export type MatchRoute = (path: string) => Route | undefined;

export function routeMatcher(routes: readonly Route[]): MatchRoute {
  const exact = new Map<string, Route>();
  const greedy: { prefix: string; route: Route }[] = [];
  for (const route of routes) {
    if (route.path.endsWith(`/${GREEDY}`)) {
      greedy.push({ prefix: route.path.slice(0, -GREEDY.length), route });
    } else {
      exact.set(route.path, route);
    }
  }
  greedy.sort((a, b) => b.prefix.length - a.prefix.length);

  return (path) => {
    const found = exact.get(path);
    if (found !== undefined) return found;
    for (const { prefix, route } of greedy) {
      if (path.length > prefix.length && path.startsWith(prefix)) return route;
    }
    return undefined;
  };
}
