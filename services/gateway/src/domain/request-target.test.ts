import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestTarget } from './request-target.ts';

describe('a request target', () => {
  it('is taken apart at its first question mark', () => {
    expect(parseRequestTarget('/a/b?c=/d?e')).toEqual({
      outcome: 'accepted',
      path: '/a/b',
      query: '?c=/d?e',
    });
    expect(parseRequestTarget('/a?')).toEqual({ outcome: 'accepted', path: '/a', query: '?' });
  });

  it('with an empty segment is a path that does not exist; anything else that is refused is malformed', () => {
    expect(parseRequestTarget('/a//b')).toMatchObject({ code: 'request.not_found' });
    for (const target of ['', 'a', 'http://x/', '*', '/a/../b', '/%2f', `/${'a'.repeat(3_000)}`, '/a?é']) {
      expect(parseRequestTarget(target)).toMatchObject({ outcome: 'refused', code: 'request.malformed' });
    }
  });

  it('that is accepted means the same decoded, normalised and as it stands', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('ab./%?;\\#25efcz0:@ é\0')),
      maxLength: 20,
    });
    fc.assert(
      fc.property(text, (tail) => {
        const parsed = parseRequestTarget(`/${tail}`);
        if (parsed.outcome === 'refused') return;
        expect(parsed.path + parsed.query).toBe(`/${tail}`);
        expect(new URL(parsed.path, 'http://x').pathname).toBe(parsed.path);
        const decoded = decodeURIComponent(parsed.path);
        expect(decoded.split('/')).toHaveLength(parsed.path.split('/').length);
        expect(decodeURIComponent(decoded)).toBe(decoded);
        expect(decoded.split('/')).not.toContain('..');
      }),
      { numRuns: 5_000 },
    );
  });

  it('of any length is decided in no time', () => {
    const hostile = [`/${'%2'.repeat(500_000)}`, `/${'../'.repeat(300_000)}`, `/${'a/'.repeat(500_000)}`];
    const startedAt = performance.now();
    for (const target of hostile) expect(parseRequestTarget(target).outcome).toBe('refused');
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});
