import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SKIPPED = new Set(['node_modules', '.git', '.cairn', 'coverage']);
const SOURCE = /\.(ts|mjs|cjs|js|json|ya?ml|sh)$|(^|\/)(Dockerfile|run)$/;
const NOT_SOURCE = /(^|\/)package-lock\.json$|^tools\/docs\/.*\.test\.ts$/;
const VARIABLE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g;

/** What documents may refer to. */
export interface Repository {
  /** Paths of all files, relative to the root, with `/`. */
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  /** The root's npm scripts, and those of each workspace by its folder. */
  readonly scripts: ReadonlySet<string>;
  /** Every word in capitals that some source file holds: variables that are read or set somewhere. */
  readonly variables: ReadonlySet<string>;
  read(file: string): string;
}

export function readRepository(root: string): Repository {
  const files = new Set<string>();
  const folders = new Set<string>();
  const variables = new Set<string>();
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

  function walk(folder: string): void {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        folders.add(name);
        walk(name);
      } else if (entry.isFile()) {
        files.add(name);
      }
    }
  }
  walk('');

  for (const file of files) {
    if (!SOURCE.test(file) || NOT_SOURCE.test(file)) continue;
    for (const [word] of read(file).matchAll(VARIABLE)) variables.add(word);
  }
  const manifest = JSON.parse(read('package.json')) as { scripts?: Record<string, string> };
  return { files, folders, scripts: new Set(Object.keys(manifest.scripts ?? {})), variables, read };
}
