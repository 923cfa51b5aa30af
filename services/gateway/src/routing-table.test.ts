import { describe, expect, it } from 'vitest';
import { routeMatcher } from './domain/match-route.ts';
import { parseRequestTarget } from './domain/request-target.ts';
import { ROUTES } from './routing-table.ts';

describe('the routing table', () => {
  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(ROUTES))).toEqual(ROUTES);
  });

  it('has one row a path, each spelled as it is accepted', () => {
    const paths = ROUTES.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) {
      const concrete = path.replaceAll(/\{[^}]+\}/g, 'x');
      expect(path.replace('/{proxy+}', '')).toMatch(/^(\/([a-z0-9.-]+|\{[a-z_]+\}))+$/);
      expect(parseRequestTarget(concrete)).toEqual({ outcome: 'accepted', path: concrete, query: '' });
    }
  });

  it('sends nothing inside a service to anybody', () => {
    const match = routeMatcher(ROUTES);
    for (const path of ['/', '/healthz', '/readyz', '/openapi.json', '/metrics', '/v1', '/v1/internal']) {
      expect(match(path)).toBeUndefined();
    }
  });

  it('takes any segment for a name, one at a time, and prefers what is spelled out', () => {
    const row = { service: 'auth', timeoutMs: 1, rateLimit: 'general' } as const;
    const match = routeMatcher([
      { ...row, path: '/a/{id}' },
      { ...row, path: '/a/b' },
      { ...row, path: '/a/{id}/c' },
      { ...row, path: '/a/{id}/{proxy+}' },
    ]);
    const paths = ['/a/b', '/a/x', '/a/x/c', '/a/x/d', '/a/x/c/d', '/a/', '/a/x/', '/a//c'];
    expect(paths.map((path) => match(path)?.path)).toEqual([
      '/a/b',
      '/a/{id}',
      '/a/{id}/c',
      '/a/{id}/{proxy+}',
      '/a/{id}/{proxy+}',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('names what varies at one place alike everywhere, as an API Gateway needs it', () => {
    const names = new Map<string, Set<string>>();
    for (const { path } of ROUTES) {
      const segments = path.split('/');
      segments.forEach((segment, i) => {
        if (!segment.startsWith('{')) return;
        const place = segments.slice(0, i).join('/');
        names.set(place, (names.get(place) ?? new Set()).add(segment));
      });
    }
    expect([...names.values()].filter((each) => each.size > 1)).toEqual([]);
  });

  it('prefers an exact row to one for everything below, and the longer of two of those', () => {
    const row = { service: 'auth', timeoutMs: 1, rateLimit: 'general' } as const;
    const match = routeMatcher([
      { ...row, path: '/a/{proxy+}' },
      { ...row, path: '/a/b/{proxy+}' },
      { ...row, path: '/a/b' },
    ]);
    expect(['/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/a/bc'].map((path) => match(path)?.path)).toEqual([
      undefined,
      undefined,
      '/a/b',
      '/a/{proxy+}',
      '/a/b/{proxy+}',
      '/a/{proxy+}',
    ]);
  });
});
