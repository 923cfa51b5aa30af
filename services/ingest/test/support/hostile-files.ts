import { HOSTILE_NAMES } from '../../src/testing/archives/hostile-names.ts';
import { HOSTILE_GZIPS, HOSTILE_TARS } from '../../src/testing/archives/hostile-tars.ts';
import { HOSTILE_ZIP_ENTRIES } from '../../src/testing/archives/hostile-zip-entries.ts';
import {
  HOSTILE_ZIP_STRUCTURES,
  type HostileArchive,
} from '../../src/testing/archives/hostile-zip-structure.ts';
import { gzipBytes, paxHeader, tarBytes } from '../../src/testing/archives/tar-bytes.ts';
import { zipBytes } from '../../src/testing/archives/zip-bytes.ts';
import { HOSTILE_MODELS } from '../../src/testing/models/hostile-models.ts';

/** A file of its own, as somebody sends it, and what it has to be refused with. */
export interface HostileFile {
  readonly what: string;
  readonly path: string;
  readonly code: string;
  readonly bytes: () => Buffer;
}

// It begins like a program, and is refused before anything else is looked at.
const SELF_EXTRACTING = 'data before it, counted';

const archives = (path: string, made: readonly HostileArchive[]): HostileFile[] =>
  made.map(([what, code, bytes]) => ({
    what,
    path,
    code: what === SELF_EXTRACTING ? 'file.program' : code,
    bytes,
  }));

function named(path: string, pack: (names: readonly (string | Buffer)[]) => Buffer): HostileFile[] {
  return HOSTILE_NAMES.map(([what, code, names]) => ({
    what: `a name that ${what}`,
    path,
    code,
    bytes: () => pack(names),
  }));
}
const namedZip = (names: readonly (string | Buffer)[]) =>
  zipBytes({ entries: names.map((name) => ({ name })) });
const namedTar = (names: readonly (string | Buffer)[]) =>
  tarBytes(names.flatMap((name) => [paxHeader([['path', name]]), { name: 'x' }]));

/** Everything hostile that the project makes itself, but for pictures and what exists by its size alone. */
export const HOSTILE_FILES: Readonly<Record<string, readonly HostileFile[]>> = {
  zip: [
    ...archives('a.zip', [...HOSTILE_ZIP_STRUCTURES, ...HOSTILE_ZIP_ENTRIES]),
    ...named('a.zip', namedZip),
  ],
  tar: [...archives('a.tar', HOSTILE_TARS), ...named('a.tar', namedTar)],
  'tar.gz': [
    ...archives('a.tar.gz', HOSTILE_GZIPS),
    ...named('a.tgz', (names) => gzipBytes(namedTar(names))),
  ],
  model: HOSTILE_MODELS.filter(({ size }) => size === undefined).map(({ name, path, code, bytes }) => ({
    what: name,
    path,
    code,
    bytes,
  })),
};
