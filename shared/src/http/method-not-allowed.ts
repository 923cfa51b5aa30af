import type { App } from './create-app.ts';

/** The `Allow` header for a path that exists under other methods, or undefined where the path is unknown. */
export function methodNotAllowed(app: App, path: string): string | undefined {
  const methods = new Set<string>();
  for (const route of app.routes) {
    if (route.method === 'ALL' || route.path.includes('*')) continue;
    if (matches(route.path, path)) methods.add(route.method);
  }
  if (methods.size === 0) return undefined;
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort().join(', ');
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((step, i) => (step.startsWith(':') ? actual[i] !== '' : step === actual[i]))
  );
}
