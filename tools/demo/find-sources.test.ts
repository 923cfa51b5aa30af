import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { findSources, titleOf } from './find-sources.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

async function aFolder(...names: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cairn-sources-'));
  made.push(folder);
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), name);
  }
  return folder;
}

it('each model file and each sub-folder is one asset, and the pictures go round', async () => {
  const folder = await aFolder(
    'README.md',
    'knight.glb',
    'texture.ktx2',
    'two parts/model.gltf',
    'two parts/maps/base colour.png',
    'a.jpg',
    'b.png',
  );
  const sources = await findSources(folder);
  expect(
    sources.map(({ name, kind, files, main, picture }) => ({
      name,
      kind,
      files: files.map((file) => file.path),
      main,
      picture: picture.path,
    })),
  ).toEqual([
    { name: 'Knight', kind: '3d', files: ['knight.glb'], main: 0, picture: 'a.jpg' },
    { name: 'Texture', kind: '2d', files: ['texture.ktx2'], main: 0, picture: 'b.png' },
    {
      name: 'Two parts',
      kind: '3d',
      files: ['maps/base colour.png', 'model.gltf'],
      main: 1,
      picture: 'a.jpg',
    },
  ]);
});

it('a folder without a model or without a picture says what is missing', async () => {
  await expect(findSources(await aFolder('README.md', 'a.png'))).rejects.toThrow('no model');
  await expect(findSources(await aFolder('knight.glb'))).rejects.toThrow('no picture');
});

it('titles are long enough for the API', () => {
  expect(titleOf('x.glb')).toBe('Asset X');
  expect(titleOf('shape-collection.glb')).toBe('Shape collection');
});
