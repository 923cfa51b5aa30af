import { describe, expect, it } from 'vitest';
import {
  aGltf,
  BIN_CHUNK,
  glbBytes,
  glbOfChunks,
  gltfBytes,
  JSON_CHUNK,
  padded,
} from '../../testing/models/gltf-documents.ts';
import { HOSTILE_MODELS, leavingModels } from '../../testing/models/hostile-models.ts';
import { probeModel } from '../../testing/models/probe-model.ts';
import { binaryStl, objBytes, textStl } from '../../testing/models/text-models.ts';
import { elfBytes } from '../../testing/programs/program-bytes.ts';
import { modelProbe } from './model-probe.ts';

const subject = (path: string, bytes: Uint8Array) => ({ path, size: bytes.length, head: bytes });

describe('what is taken for a model', () => {
  it('knows a GLB by its content, whatever its name', () => {
    expect(probeModel({ path: 'hat.vrm', bytes: glbBytes(aGltf()) })).toMatchObject({ format: 'glb' });
  });

  it.each(['a.fbx', 'a.png', 'obj', 'a.obj.txt', 'scene.mtl', 'gltf.json'])('leaves %s alone', (path) => {
    expect(modelProbe(subject(path, Buffer.from('v 0 0 0')))).toBeUndefined();
  });

  it('leaves the object file of a compiler alone', () => {
    const coff = Buffer.from('64860300e1f2d3c4a00f00002a00000000000000', 'hex');
    expect(modelProbe(subject('main.obj', coff))).toBeUndefined();
    expect(modelProbe(subject('main.obj', elfBytes()))).toBeUndefined();
    expect(modelProbe(subject('main.obj', Buffer.from('0000ffff010064860000', 'hex')))).toBeUndefined();
  });

  it('takes a binary STL that starts with solid for what it is', () => {
    expect(probeModel({ path: 'a.stl', bytes: binaryStl(7, 'solid by some program') })).toMatchObject({
      triangles: 7,
    });
  });

  it('reads an STL of text below the length of a binary header', () => {
    expect(probeModel({ path: 'a.STL', bytes: Buffer.from('solid\nendsolid\n') })).toMatchObject({
      meshes: 1,
      triangles: 0,
    });
    expect(probeModel({ path: 'a.stl', bytes: textStl([2, 3]) })).toMatchObject({ meshes: 2, triangles: 5 });
  });
});

describe('valid models', () => {
  it('may have files beside them, in the upload', () => {
    const document = aGltf(
      {},
      {
        'buffers.0.uri': 'data%20files/scene.bin',
        'images.0': { uri: '../textures/./wood%20%E6%9C%A8.png' },
      },
    );
    expect(probeModel({ path: 'models/a.gltf', bytes: gltfBytes(document) })).toMatchObject({
      references: ['../textures/wood 木.png', 'data files/scene.bin'].toSorted(),
    });
    expect(probeModel({ path: 'models/a.glb', bytes: glbBytes(document) })).toMatchObject({ format: 'glb' });
  });

  it('may have chunks and extensions that nobody knows, and extras of any kind', () => {
    const { json, bin } = aGltf(
      {},
      { extensionsRequired: ['VENDOR_of_tomorrow'], extras: { uri: 'https://example.com/author' } },
    );
    const text = JSON.stringify(json).replace('"extras":{', '"extras":{"__proto__":{"a":1},');
    const bytes = glbOfChunks([
      [JSON_CHUNK, padded(Buffer.from(text))],
      [BIN_CHUNK, bin],
      [0x1234, Buffer.alloc(8)],
    ]);
    expect(probeModel({ path: 'a.glb', bytes })).toMatchObject({ meshes: 1, references: [] });
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });

  it('may be compressed: elements without bytes, and a buffer that only decompression fills', () => {
    const compressed = { buffer: 0, byteLength: 16, byteStride: 16, count: 250 };
    const document = aGltf(
      {},
      {
        'accessors.+': { componentType: 5126, type: 'VEC3', count: 5000 },
        'buffers.+': { byteLength: 4000, extensions: { EXT_meshopt_compression: { fallback: true } } },
        'bufferViews.+': {
          buffer: 1,
          byteLength: 4000,
          extensions: { EXT_meshopt_compression: compressed },
        },
      },
    );
    expect(probeModel({ path: 'a.glb', bytes: glbBytes(document) })).toMatchObject({ meshes: 1 });
  });

  it('may count strips and fans, and points and lines as none', () => {
    const primitives = [0, 1, 4, 5, 6].map((mode) => ({ attributes: { POSITION: 0 }, indices: 1, mode }));
    const document = aGltf({}, { 'meshes.0.primitives': primitives });
    expect(probeModel({ path: 'a.glb', bytes: glbBytes(document) })).toMatchObject({ triangles: 2 + 4 + 4 });
  });

  it('may be an OBJ with spaces in names, comments, continued lines and no objects', () => {
    const lines = [
      'mtllib my scene.mtl ./b.mtl',
      'v 0 0 0 1 0.5 0.5 # red',
      ' v 1e-5 +.5 -1.',
      'vt 0',
      'f 1 \\',
      '2 -1',
      'l 1 2',
    ];
    expect(probeModel({ path: 'a.obj', bytes: Buffer.from(lines.join('\r\n')) })).toEqual({
      format: 'obj',
      meshes: 1,
      triangles: 1,
      materials: 0,
      textures: 0,
      animations: 0,
      references: ['b.mtl', 'my scene.mtl'],
    });
  });

  it('may have more to go up to when it lies deeper, and no more than that', () => {
    const bytes = Buffer.from('mtllib ../../a.mtl\nv 0 0 0\n');
    expect(probeModel({ path: 'x/y/a.obj', bytes })).toMatchObject({ references: ['../../a.mtl'] });
    expect(probeModel({ path: 'x/a.obj', bytes })).toBe('model.external_reference');
  });
});

describe('hostile models', () => {
  it.each(HOSTILE_MODELS)('$name is refused with $code', ({ path, code, bytes, size }) => {
    const made = bytes();
    // Of this thread's own, whatever else the machine does.
    const started = process.threadCpuUsage();
    expect(probeModel({ path, bytes: made, size })).toBe(code);
    const { user, system } = process.threadCpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it.each(leavingModels('canary.example'))('$name is not followed', ({ path, code, bytes }) => {
    expect(probeModel({ path, bytes: bytes() })).toBe(code);
  });

  it('every start of a valid model is refused and never more than that', () => {
    for (const [path, whole] of [
      ['a.glb', glbBytes(aGltf())],
      ['a.gltf', gltfBytes(aGltf())],
      ['a.stl', binaryStl(2)],
    ] as const) {
      for (let length = 0; length < whole.length; length += 1) {
        expect(probeModel({ path, bytes: whole.subarray(0, length) })).toMatch(/^model\./);
      }
    }
    expect(probeModel({ path: 'a.obj', bytes: objBytes() })).toMatchObject({ triangles: 3 });
  });
});
