import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { glbOf } from '../made-files/glb.ts';
import { boxMesh, icosphereMesh } from '../made-files/mesh.ts';
import { objOf } from '../made-files/obj.ts';
import { sidewaysJpeg, uprightPng } from '../made-files/pictures.ts';

/** Fills a folder with models and pictures of our own, in the shape that `findSources` reads. */
export async function makeFiles(folder: string): Promise<void> {
  const files: Record<string, Uint8Array> = {
    'textured-crate.glb': glbOf(boxMesh([1, 1, 1]), {
      texturePng: await uprightPng({ width: 256, height: 256 }),
    }),
    'copper-planet.glb': glbOf(icosphereMesh(5), { colour: [0.72, 0.45, 0.2, 1] }),
    'Säule (niedrig).obj': objOf(boxMesh([0.4, 3, 0.4])),
    'tile-set/tiles/up.png': await uprightPng({ width: 512, height: 512 }),
    'tile-set/tiles/side ways.jpg': await sidewaysJpeg({ width: 640, height: 320 }),
    'cover-sideways.jpg': await sidewaysJpeg(),
    'cover-upright.png': await uprightPng(),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
