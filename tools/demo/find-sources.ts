import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Kind } from '../client/wire.ts';

/** A file on disk and the path that the asset shows it under. */
export interface SourceFile {
  readonly file: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface SourceAsset {
  readonly name: string;
  readonly kind: Kind;
  readonly files: readonly SourceFile[];
  /** Index of the file that a plain download gives. */
  readonly main: number;
  readonly picture: SourceFile;
}

const MODELS = ['.glb', '.gltf', '.obj', '.fbx', '.stl', '.ply', '.blend'];
const FLAT = ['.ktx2', '.dds', '.hdr', '.exr', '.svg'];
const ARCHIVES = ['.zip', '.tar', '.gz', '.tgz', '.unitypackage'];
const PICTURES = ['.png', '.jpg', '.jpeg', '.webp'];

class NothingToPublishError extends Error {
  override readonly name = 'NothingToPublishError';
}

/**
 * What a folder offers: each model file and each sub-folder is one asset. Pictures at the top level belong to
 * no asset; they are handed out in turn. Other files (a README, say) are left alone.
 */
export async function findSources(folder: string): Promise<SourceAsset[]> {
  const entries = await readFolder(folder);
  const top = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const pictures = await Promise.all(
    top.filter((name) => hasExtension(name, PICTURES)).map((name) => sourceFile(folder, name)),
  );
  const assets: Omit<SourceAsset, 'picture'>[] = [];
  for (const entry of entries) {
    const isFolder = entry.isDirectory() && !entry.name.startsWith('.');
    if (!isFolder && !hasExtension(entry.name, [...MODELS, ...FLAT, ...ARCHIVES])) continue;
    const base = isFolder ? path.join(folder, entry.name) : folder;
    const names = isFolder ? await filesBelow(base) : [entry.name];
    if (names.length === 0) continue;
    const files = await Promise.all(names.map((name) => sourceFile(base, name)));
    const main = Math.max(
      0,
      names.findIndex((name) => hasExtension(name, MODELS)),
    );
    assets.push({ name: titleOf(entry.name), kind: kindOf(names), files, main });
  }
  const [first] = pictures;
  if (assets.length === 0)
    throw new NothingToPublishError(`${folder} has no model, texture, archive or sub-folder`);
  if (first === undefined) throw new NothingToPublishError(`${folder} has no picture (.png, .jpg, .webp)`);
  return assets.map((asset, i) => withPicture(asset, pictures[i % pictures.length] ?? first));
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => a.name.localeCompare(b.name));
  } catch (cause) {
    throw new NothingToPublishError(`${folder} is no folder that can be read`, { cause });
  }
}

const withPicture = (asset: Omit<SourceAsset, 'picture'>, picture: SourceFile): SourceAsset => ({
  ...asset,
  picture,
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

async function sourceFile(folder: string, name: string): Promise<SourceFile> {
  const file = path.join(folder, name);
  return { file, path: name, sizeBytes: (await stat(file)).size };
}

/** `box-textured-separate` and `box-textured.glb` are shown as "Box textured separate" and "Box textured". */
export function titleOf(name: string): string {
  const words = path
    .parse(name)
    .name.replaceAll(/[-_\s]+/g, ' ')
    .trim();
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return title.length < 3 ? `Asset ${title}` : title;
}

function kindOf(names: readonly string[]): Kind {
  return names.every((name) => hasExtension(name, [...FLAT, ...PICTURES])) ? '2d' : '3d';
}

function hasExtension(name: string, extensions: readonly string[]): boolean {
  return extensions.includes(path.extname(name).toLowerCase());
}
