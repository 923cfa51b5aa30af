import { pathTree, type NameKind } from '@cairn/shared/fields/path-tree';
import { ARCHIVE_LIMITS } from '../../domain/inspecting/archive-limits.ts';
import { Rejected } from '../rejected.ts';
import { shown } from './entry-name.ts';

/** Every name that an archive would make on a disk, folders included; each finds room or is refused. */
export interface NameRegister {
  add(path: string, kind: NameKind): void;
  /** Counts an entry, named or not. */
  count(): void;
}

export function nameRegister(): NameRegister {
  const tree = pathTree();
  let counted = 0;
  return {
    add(path, kind) {
      const taken = tree.add(path, kind);
      if (taken === undefined) return;
      if (taken.reason === 'duplicate') throw new Rejected('archive.duplicate_name', shown(path));
      throw new Rejected('archive.name_collision', `${shown(path)} and another ${shown(taken.name)}`);
    },
    count() {
      counted += 1;
      if (counted > ARCHIVE_LIMITS.entries) throw new Rejected('archive.too_many_entries');
    },
  };
}
