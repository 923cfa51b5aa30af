import type { Route } from '../routing-table.ts';

const GREEDY = '{proxy+}';

/**
 * The row for a path: an exact one, else the longest `{proxy+}` above it, which needs something below it. Where
 * a row has `{names}`, any segment will do that is not empty; a row that spells the path out comes first.
 */
export type MatchRoute = (path: string) => Route | undefined;

interface Pattern {
  readonly expression: RegExp;
  readonly length: number;
  readonly route: Route;
}

export function routeMatcher(routes: readonly Route[]): MatchRoute {
  const exact = new Map<string, Route>();
  const varying: Pattern[] = [];
  const greedy: Pattern[] = [];
  for (const route of routes) {
    if (route.path.endsWith(`/${GREEDY}`)) greedy.push(patternOf(route));
    else if (route.path.includes('{')) varying.push(patternOf(route));
    else exact.set(route.path, route);
  }
  greedy.sort((a, b) => b.length - a.length);
  const patterns = [...varying, ...greedy];

  return (path) => exact.get(path) ?? patterns.find(({ expression }) => expression.test(path))?.route;
}

function patternOf(route: Route): Pattern {
  const segments = route.path.split('/').map((segment) => {
    if (segment === GREEDY) return '.+';
    return /^\{.+\}$/.test(segment) ? '[^/]+' : segment.replaceAll('.', String.raw`\.`);
  });
  return { expression: new RegExp(`^${segments.join('/')}$`, 's'), length: segments.length, route };
}
