import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifest.ts';

const entry = (path: string) => ({ path, size: 0, sha256: 'a'.repeat(64), media_type: 'text/plain' });

describe('a manifest', () => {
  it('is sorted by UTF-16 code units, which is neither a locale nor the order of the bytes', () => {
    const paths = ['～.txt', 'ä', '😀.txt', 'z', 'a/b', 'a-b', 'Z'];
    const entries = paths.map((path) => ({
      ...entry(path),
      stored: undefined,
      native_code: undefined,
      model: undefined,
    }));
    const lines = manifestOf({ format: 'zip', entries, unpacked_bytes: 0 }).toString().trimEnd().split('\n');
    const [header, ...sorted] = lines.map((line) => JSON.parse(line) as { path?: string });
    expect(header).toEqual({ format: 'zip', entries: 7, unpacked_bytes: 0 });
    expect(sorted.map(({ path }) => path)).toEqual(['Z', 'a-b', 'a/b', 'z', 'ä', '😀.txt', '～.txt']);
  });
});
