import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { glbOf } from './glb.ts';
import { boxMesh, icosphereMesh } from './mesh.ts';
import { objOf } from './obj.ts';
import { CORNER_COLOURS, METADATA_MARK, sidewaysJpeg, uprightPng } from './pictures.ts';

describe('a GLB that the project makes', () => {
  it('says its own length and holds a JSON and a BIN chunk that fill it', () => {
    const glb = glbOf(icosphereMesh(1));
    const jsonLength = glb.readUInt32LE(12);
    const binLength = glb.readUInt32LE(20 + jsonLength);
    expect(glb.toString('latin1', 0, 4)).toBe('glTF');
    expect(glb.readUInt32LE(8)).toBe(glb.length);
    expect(20 + jsonLength + 8 + binLength).toBe(glb.length);
  });

  it('refers only to bytes that are in it', async () => {
    const glb = glbOf(boxMesh(), { texturePng: await uprightPng({ width: 32, height: 32 }) });
    const json = JSON.parse(glb.toString('utf8', 20, 20 + glb.readUInt32LE(12))) as {
      buffers: { byteLength: number }[];
      bufferViews: { byteOffset: number; byteLength: number }[];
    };
    const ends = json.bufferViews.map((view) => view.byteOffset + view.byteLength);
    expect(Math.max(...ends)).toBeLessThanOrEqual(json.buffers[0]?.byteLength ?? 0);
  });
});

describe('the meshes', () => {
  it('have outward normals: each triangle winds the way its corner normals point', () => {
    for (const mesh of [boxMesh([2, 1, 1]), icosphereMesh(2)]) {
      for (let i = 0; i < mesh.indices.length; i += 3) {
        const [a, b, c] = [0, 1, 2].map((corner) => vectorAt(mesh.positions, mesh.indices[i + corner]));
        const normal = vectorAt(mesh.normals, mesh.indices[i]);
        expect(dot(cross(minus(b, a), minus(c, a)), normal)).toBeGreaterThan(0);
      }
    }
  });

  it('become OBJ text whose faces name corners that exist', () => {
    const text = objOf(boxMesh()).toString();
    const corners = text.match(/^v /gm)?.length ?? 0;
    const named = [...text.matchAll(/(\d+)\/\d+\/\d+/g)].map((match) => Number(match[1]));
    expect(corners).toBe(24);
    expect(Math.min(...named)).toBe(1);
    expect(Math.max(...named)).toBe(corners);
  });
});

describe('a sideways JPEG', () => {
  it('lies on its side as stored, is upright once its orientation is applied, and holds metadata', async () => {
    const jpeg = await sidewaysJpeg({ width: 400, height: 200 });
    const stored = await sharp(jpeg).metadata();
    expect([stored.width, stored.height, stored.orientation]).toEqual([200, 400, 6]);
    expect(stored.exif?.toString('latin1')).toContain(METADATA_MARK);
    const seen = sharp(await sharp(jpeg).autoOrient().png().toBuffer());
    const corner = await seen.extract({ left: 4, top: 4, width: 1, height: 1 }).raw().toBuffer();
    for (const [i, value] of CORNER_COLOURS.topLeft.entries())
      expect(Math.abs((corner[i] ?? 0) - value)).toBeLessThan(12);
  });
});

type Point = readonly number[];
const vectorAt = (values: Float32Array, index = 0): Point => [...values.subarray(index * 3, index * 3 + 3)];
const at = (v: Point | undefined, i: number) => v?.[i] ?? 0;
const minus = (a: Point | undefined, b: Point | undefined) => [0, 1, 2].map((i) => at(a, i) - at(b, i));
const dot = (a: Point, b: Point) => [0, 1, 2].reduce((sum, i) => sum + at(a, i) * at(b, i), 0);
const cross = (a: Point, b: Point) =>
  [0, 1, 2].map((i) => at(a, (i + 1) % 3) * at(b, (i + 2) % 3) - at(a, (i + 2) % 3) * at(b, (i + 1) % 3));
