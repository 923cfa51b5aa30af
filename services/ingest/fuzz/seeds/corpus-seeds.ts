import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Family, FuzzCase } from '../fuzz-case.ts';

const MAX_BYTES = 2 * 2 ** 20;
const PICTURES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
};

/** Real files below a folder, the larger ones left out; sorted, so that a seed means the same next time. */
export async function corpusSeeds(folder: string): Promise<Family> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const seeds: FuzzCase[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const stats = await stat(file);
    if (!stats.isFile() || stats.size === 0 || stats.size > MAX_BYTES) continue;
    const type = PICTURES[path.extname(name).toLowerCase()];
    seeds.push({
      origin: name,
      role: type === undefined ? 'file' : 'picture',
      path: path.basename(name),
      declaredType: type ?? 'application/octet-stream',
      bytes: await readFile(file),
    });
  }
  const [first, ...more] = seeds;
  if (first === undefined) throw new Error(`there is no file in ${folder} that could be used`);
  return { valid: [first, ...more], hostile: [] };
}
