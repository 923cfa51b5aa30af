import { ARCHIVE_LIMITS } from '../../domain/inspecting/archive-limits.ts';
import { Rejected } from '../rejected.ts';
import { shown } from './entry-name.ts';

interface TakenName {
  readonly id: number;
  readonly name: string;
  readonly kind: 'file' | 'directory';
}

/**
 * Every name that an archive would make on a disk, folders included. Names that any desktop system takes for
 * the same (case, composition, compatible forms) collide.
 */
export interface NameRegister {
  add(path: string, kind: 'file' | 'directory'): void;
  /** Counts an entry, named or not. */
  count(): void;
}

export function nameRegister(): NameRegister {
  const taken = new Map<string, TakenName>();
  let counted = 0;

  // Keyed by parent and folded name, so that deep paths cost no more than their length.
  function claim(parent: number, name: string, kind: TakenName['kind'], path: string): number {
    const key = `${parent}/${folded(name)}`;
    const known = taken.get(key);
    if (known === undefined) {
      taken.set(key, { id: taken.size + 1, name, kind });
      return taken.size;
    }
    if (known.name !== name || known.kind !== kind) {
      throw new Rejected('archive.name_collision', `${shown(path)} and another ${shown(known.name)}`);
    }
    if (kind === 'file') throw new Rejected('archive.duplicate_name', shown(path));
    return known.id;
  }

  return {
    add(path, kind) {
      const parts = path.split('/');
      const last = parts.pop() ?? '';
      let parent = 0;
      for (const part of parts) parent = claim(parent, part, 'directory', path);
      claim(parent, last, kind, path);
    },
    count() {
      counted += 1;
      if (counted > ARCHIVE_LIMITS.entries) throw new Rejected('archive.too_many_entries');
    },
  };
}

// Upper before lower case: it is the longer way round that makes ß and SS, final and other sigma the same.
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
}
