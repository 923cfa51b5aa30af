import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';

// Run while an image is built: `node keep-production.ts services/catalog` leaves of /app/node_modules what that
// package needs to run. npm counts what a workspace needs for its tests among what it installs for it.
interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

const NEVER_LOADED = /\.(d\.[cm]?ts|map|md|markdown)$/i;

const root = process.cwd();
const modules = path.join(root, 'node_modules');
const needed = new Set<string>();
const visited = new Set<string>();
const [entry] = process.argv.slice(2);
if (entry === undefined) throw new Error('which package is to run?');
visit(path.join(root, entry));

for (const name of installed()) {
  if (!needed.has(name)) rmSync(path.join(modules, name), { recursive: true, force: true });
}
rmSync(path.join(modules, '.bin'), { recursive: true, force: true });
rmSync(path.join(modules, '.package-lock.json'), { force: true });
removeWhatNodeNeverLoads();

function visit(folder: string): void {
  if (visited.has(folder)) return;
  visited.add(folder);
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  );
  const names = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
    ...peers,
  ];
  for (const name of names) {
    const found = locate(name, folder);
    if (found === undefined) continue;
    if (found === path.join(modules, name)) needed.add(name);
    visit(realpathSync(found));
  }
}

/** As Node.js looks for it: in node_modules here, then in each folder above. */
function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Type declarations, source maps and manuals are half of what npm installs. Licences stay. */
function removeWhatNodeNeverLoads(): void {
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !NEVER_LOADED.test(entry.name) || /^licen[cs]e/i.test(entry.name)) continue;
    rmSync(path.join(entry.parentPath, entry.name));
  }
}

function installed(): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(path.join(modules, name)).map((each) => `${name}/${each}`) : [name],
    );
}
