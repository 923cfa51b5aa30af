import { foldedName } from './path-rules.ts';

export type NameKind = 'file' | 'directory';

/** Why a path finds no room: the same file is there, or a name that some system takes for the same. */
export interface TakenPath {
  readonly reason: 'duplicate' | 'collision';
  /** The name that is there already: one part of a path. */
  readonly name: string;
  /** What it was added with. */
  readonly by: number;
}

/** Every name that a set of paths would make on a disk, folders included. */
export interface PathTree {
  /** Undefined where there is room for it; a folder may be added again. `by` is told of what it took. */
  add(path: string, kind: NameKind, by?: number): TakenPath | undefined;
}

interface KnownName {
  readonly id: number;
  readonly name: string;
  readonly kind: NameKind;
  readonly by: number;
}

export function pathTree(): PathTree {
  const known = new Map<string, KnownName>();

  // Keyed by parent and folded name, so that deep paths cost no more than their length.
  function claim(parent: number, name: string, kind: NameKind, by: number): KnownName | TakenPath {
    const key = `${parent}/${foldedName(name)}`;
    const there = known.get(key);
    if (there === undefined) {
      const claimed = { id: known.size + 1, name, kind, by };
      known.set(key, claimed);
      return claimed;
    }
    if (there.name !== name || there.kind !== kind) {
      return { reason: 'collision', name: there.name, by: there.by };
    }
    return kind === 'file' ? { reason: 'duplicate', name, by: there.by } : there;
  }

  return {
    add(path, kind, by = 0) {
      const parts = path.split('/');
      let parent = 0;
      for (const [i, part] of parts.entries()) {
        const claimed = claim(parent, part, i === parts.length - 1 ? kind : 'directory', by);
        if ('reason' in claimed) return claimed;
        parent = claimed.id;
      }
      return undefined;
    },
  };
}
