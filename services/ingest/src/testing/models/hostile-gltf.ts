import type { RefusalCode } from '../../domain/refusals.ts';
import {
  aGltf,
  BIN_CHUNK,
  glbBytes,
  glbOfChunks,
  gltfBytes,
  JSON_CHUNK,
  padded,
  uint32,
  type Changes,
} from './gltf-documents.ts';
import type { HostileModel } from './hostile-models.ts';

/** A valid document with some of it changed, as GLB. */
const changed = (name: string, code: RefusalCode, changes: Changes): HostileModel => ({
  name,
  path: 'model.glb',
  code,
  bytes: () => glbBytes(aGltf({}, changes)),
});

const gltf = (name: string, code: RefusalCode, text: () => string): HostileModel => ({
  name,
  path: 'model.gltf',
  code,
  bytes: () => Buffer.from(text()),
});

const glb = (name: string, code: RefusalCode, bytes: () => Buffer, size?: number): HostileModel => ({
  name,
  path: 'model.glb',
  code,
  bytes,
  size,
});

const jsonChunk = () => [JSON_CHUNK, padded(Buffer.from(JSON.stringify(aGltf().json)))] as const;
const binChunk = () => [BIN_CHUNK, aGltf().bin] as const;
const MIB = 2 ** 20;

export const HOSTILE_CONTAINERS: readonly HostileModel[] = [
  glb('an empty GLB', 'model.corrupt', () => Buffer.alloc(0)),
  glb('a GLB of another magic', 'model.corrupt', () =>
    glbOfChunks([jsonChunk(), binChunk()], { magic: 'gltf' }),
  ),
  glb('a GLB of version 1', 'model.unsupported_version', () => glbOfChunks([jsonChunk()], { version: 1 })),
  glb('a GLB that says it is longer', 'model.corrupt', () =>
    glbOfChunks([jsonChunk(), binChunk()], { length: 2 ** 32 - 1 }),
  ),
  glb('a GLB that says it is shorter', 'model.corrupt', () =>
    glbOfChunks([jsonChunk(), binChunk()], { length: 20 }),
  ),
  glb('a GLB without chunks', 'model.corrupt', () => glbOfChunks([])),
  glb('a chunk of odd length', 'model.corrupt', () => glbOfChunks([[JSON_CHUNK, Buffer.from('{}   ')]])),
  glb('a chunk of four gigabytes', 'model.corrupt', () =>
    glbOfChunks([[JSON_CHUNK, Buffer.from('{}  '), 2 ** 32 - 4]]),
  ),
  glb(
    'a JSON chunk of 500 MB',
    'model.too_complex',
    () => glbOfChunks([[JSON_CHUNK, Buffer.alloc(64), 500 * MIB]], { length: 20 + 500 * MIB }),
    20 + 500 * MIB,
  ),
  glb('an empty JSON chunk', 'model.corrupt', () => glbOfChunks([[JSON_CHUNK, Buffer.alloc(0)]])),
  glb('a BIN chunk before the JSON', 'model.corrupt', () => glbOfChunks([binChunk(), jsonChunk()])),
  glb('two JSON chunks', 'model.corrupt', () => glbOfChunks([jsonChunk(), jsonChunk()])),
  glb('two BIN chunks', 'model.corrupt', () => glbOfChunks([jsonChunk(), binChunk(), binChunk()])),
  glb('a missing BIN chunk', 'model.corrupt', () => glbOfChunks([jsonChunk()])),
  glb('a BIN chunk that is too short', 'model.corrupt', () =>
    glbOfChunks([jsonChunk(), [BIN_CHUNK, Buffer.alloc(8)]]),
  ),
  glb('a million empty chunks', 'model.too_complex', () =>
    Buffer.concat([
      glbOfChunks([jsonChunk(), binChunk()], { length: glbBytes(aGltf()).length + 8 * MIB }),
      ...Array<Buffer>(MIB).fill(uint32(0, 0x4b4e554a)),
    ]),
  ),
  glb('bytes after the last chunk', 'model.corrupt', () =>
    Buffer.concat([
      glbOfChunks([jsonChunk(), binChunk()], { length: glbBytes(aGltf()).length + 3 }),
      Buffer.from('abc'),
    ]),
  ),
];

export const HOSTILE_JSON: readonly HostileModel[] = [
  gltf('no JSON', 'model.corrupt', () => 'hello'),
  gltf('a JSON array', 'model.corrupt', () => '[]'),
  gltf('JSON that is cut off', 'model.corrupt', () => gltfBytes(aGltf()).toString().slice(0, -20)),
  {
    ...gltf('JSON that is not UTF-8', 'model.corrupt', () => ''),
    bytes: () => Buffer.from([0x7b, 0xff, 0x7d]),
  },
  gltf(
    'arrays 100,000 deep',
    'model.too_complex',
    () => `{"extras":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ),
  gltf(
    'objects 100,000 deep',
    'model.too_complex',
    () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  ),
  gltf('two million values', 'model.too_complex', () => `{"extras":[${'{},'.repeat(2_000_000)}{}]}`),
  gltf('20,000 names', 'model.too_complex', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`);
    return `{"asset":{"version":"2.0"},"extras":{${names.join(',')}}}`;
  }),
  gltf('33 MiB of text', 'model.too_complex', () => `{"extras":"${'a'.repeat(33 * MIB)}"}`),
  gltf(
    'the same key twice',
    'model.corrupt',
    () => '{"asset":{"version":"2.0"},"images":[{"uri":"file:///etc/passwd","uri":"a.png"}]}',
  ),
  gltf('a bound beyond all numbers', 'model.corrupt', () =>
    gltfBytes(aGltf()).toString().replace('"max":[1', '"max":[1e999'),
  ),
  gltf(
    'a million nodes',
    'model.too_complex',
    () => `{"asset":{"version":"2.0"},"nodes":[${'{},'.repeat(999_999)}{}]}`,
  ),
  gltf('no asset', 'model.corrupt', () => '{}'),
  gltf('an asset by prototype', 'model.corrupt', () => '{"__proto__":{"asset":{"version":"2.0"}}}'),
  gltf('glTF 1.0', 'model.unsupported_version', () => '{"asset":{"version":"1.0"}}'),
  gltf('glTF 3.0', 'model.unsupported_version', () => '{"asset":{"version":"3.0"}}'),
  gltf(
    'glTF that wants a later reader',
    'model.unsupported_version',
    () => '{"asset":{"version":"2.0","minVersion":"2.1"}}',
  ),
];

const bigList = (length: number) => Array.from({ length }, () => ({}));

const POSITIONS = { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3' };
const INDICES = { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' };

export const HOSTILE_DOCUMENTS: readonly HostileModel[] = [
  changed('an accessor of 2^53 elements', 'model.corrupt', { 'accessors.0.count': 2 ** 53 }),
  changed('an accessor of 2^62 elements', 'model.corrupt', { 'accessors.0.count': 2 ** 62 }),
  changed('an accessor of a billion elements without bytes', 'model.too_complex', {
    'accessors.+': { componentType: 5126, type: 'MAT4', count: 1_000_000_000 },
  }),
  changed('an accessor of no elements', 'model.corrupt', { 'accessors.0.count': 0 }),
  changed('an accessor of half an element', 'model.corrupt', { 'accessors.0.count': 0.5 }),
  changed('an accessor that leaves its view', 'model.corrupt', { 'accessors.0.count': 5 }),
  changed('an accessor before its view', 'model.corrupt', { 'accessors.0.byteOffset': -4 }),
  changed('an accessor that is not aligned', 'model.corrupt', {
    'accessors.2.byteOffset': 1,
    'accessors.2.count': 1,
  }),
  changed('an unknown component type', 'model.corrupt', { 'accessors.0.componentType': 5130 }),
  changed('a type out of the prototype', 'model.corrupt', { 'accessors.0.type': 'constructor' }),
  changed('bounds that are infinite', 'model.corrupt', { 'accessors.0.max': ['1e999', 0, 0] }),
  changed('bounds of another length', 'model.corrupt', { 'accessors.0.max': [1] }),
  changed('a negative stride', 'model.corrupt', { 'bufferViews.0.byteStride': -4 }),
  changed('a stride of zero', 'model.corrupt', { 'bufferViews.0.byteStride': 0 }),
  changed('a stride below the element', 'model.corrupt', { 'bufferViews.0.byteStride': 4 }),
  changed('a stride that leaves the view', 'model.corrupt', { 'bufferViews.0.byteStride': 252 }),
  changed('a view that leaves its buffer', 'model.corrupt', { 'bufferViews.0.byteOffset': 1000 }),
  changed('a view whose end would wrap', 'model.corrupt', { 'bufferViews.0.byteOffset': 2 ** 53 - 1 }),
  changed('a view of no buffer', 'model.corrupt', { 'bufferViews.0.buffer': 7 }),
  changed('a buffer longer than its bytes', 'model.corrupt', { 'buffers.0.byteLength': 2 ** 40 }),
  changed('a second buffer without bytes', 'model.corrupt', { 'buffers.+': { byteLength: 8 } }),
  changed('sparse values out of bounds', 'model.corrupt', {
    'accessors.0.sparse': aSparse({ values: { bufferView: 2 } }),
  }),
  changed('more sparse elements than there are', 'model.corrupt', {
    'accessors.0.sparse': aSparse({ count: 100 }),
  }),
  changed('2^62 sparse elements', 'model.corrupt', { 'accessors.0.sparse': aSparse({ count: 2 ** 62 }) }),
  changed('sparse indices of floats', 'model.corrupt', {
    'accessors.0.sparse': aSparse({ indices: { bufferView: 1, componentType: 5126 } }),
  }),
  changed('sparse indices that do not increase', 'model.corrupt', {
    // The values of this view are 0, 1, 2, 1, 2, 3.
    'accessors.0.sparse': aSparse({ count: 4, indices: { bufferView: 1, componentType: 5123 } }),
  }),
  changed('a sparse view with a stride', 'model.corrupt', {
    'bufferViews.+': { buffer: 0, byteLength: 48, byteStride: 16 },
    'accessors.0.sparse': aSparse({ values: { bufferView: 5 } }),
  }),
  changed('an index beyond the vertices', 'model.corrupt', {
    'accessors.0.count': 3,
  }),
  changed('indices of floats', 'model.corrupt', { 'meshes.0.primitives.0.indices': 0 }),
  changed('attributes of two lengths', 'model.corrupt', { 'meshes.0.primitives.0.attributes.NORMAL': 3 }),
  changed('an attribute of no accessor', 'model.corrupt', { 'meshes.0.primitives.0.attributes.NORMAL': 99 }),
  changed('a primitive of an unknown mode', 'model.corrupt', { 'meshes.0.primitives.0.mode': 7 }),
  changed('a mesh of no primitives', 'model.corrupt', { 'meshes.0.primitives': [] }),
  changed('a material that is not there', 'model.corrupt', { 'meshes.0.primitives.0.material': 1 }),
  changed('a texture that is not there', 'model.corrupt', { 'materials.0.normalTexture': { index: 1 } }),
  changed('a texture of an extension that is not there', 'model.corrupt', {
    'materials.0.extensions': { KHR_materials_sheen: { sheenColorTexture: { index: 5 } } },
  }),
  changed('an image that is not there', 'model.corrupt', { 'textures.0.source': 1 }),
  changed('an image of an extension that is not there', 'model.corrupt', {
    'textures.0': { extensions: { KHR_texture_basisu: { source: 1 } } },
  }),
  changed('an image that is a document', 'model.corrupt', { 'images.0.uri': 'data:image/svg+xml,<svg/>' }),
  changed('an image from two places', 'model.corrupt', { 'images.0.bufferView': 0 }),
  changed('an image from nowhere', 'model.corrupt', { 'images.0': {} }),
  changed('a data URI that is not base64', 'model.corrupt', { 'images.0.uri': 'data:image/png;base64,@@@@' }),
  changed('a data URI without a head', 'model.corrupt', { 'images.0.uri': `data:${'a'.repeat(1000)}` }),
  changed('a node that is its own child', 'model.corrupt', { 'nodes.1.children': [1] }),
  changed('nodes in a circle', 'model.corrupt', {
    'nodes.2': { children: [3] },
    'nodes.3': { children: [2] },
  }),
  changed('a node with two parents', 'model.corrupt', { 'nodes.+': { children: [1] } }),
  changed('a node that is twice a child', 'model.corrupt', { 'nodes.0.children': [1, 1] }),
  changed('a scene of no node', 'model.corrupt', { 'scenes.0.nodes': [2] }),
  changed('a scene of a child', 'model.corrupt', { 'scenes.0.nodes': [1] }),
  changed('a default scene that is not there', 'model.corrupt', { scene: 1 }),
  changed('200,000 accessors', 'model.too_complex', { accessors: bigList(200_000) }),
  changed('a chain of 90,000 nodes', 'model.too_complex', {
    nodes: Array.from({ length: 90_000 }, (_, i) => (i === 89_999 ? {} : { children: [i + 1] })),
  }),
  changed('5,000 references', 'model.too_complex', {
    images: Array.from({ length: 5000 }, (_, i) => ({ uri: `${i}.png` })),
  }),
  changed('a thousand meshes that index the same bytes', 'model.too_complex', {
    accessors: Array.from({ length: 1000 }, (_, i) => (i === 0 ? POSITIONS : INDICES)),
    meshes: Array.from({ length: 900 }, (_, i) => ({
      primitives: [{ attributes: { POSITION: 0 }, indices: i + 1 }],
    })),
  }),
  changed('a skin without joints', 'model.corrupt', { skins: [{ joints: [] }] }),
  changed('a joint that is not there', 'model.corrupt', { skins: [{ joints: [2] }] }),
  changed('fewer matrices than joints', 'model.corrupt', {
    skins: [{ joints: [0], inverseBindMatrices: 0 }],
  }),
  changed('an animation of no sampler', 'model.corrupt', { 'animations.0.channels.0.sampler': 1 }),
  changed('an animation with fewer values than times', 'model.corrupt', { 'accessors.3.count': 1 }),
  changed('positions of one number each', 'model.corrupt', {
    'accessors.0.type': 'SCALAR',
    'accessors.0.min': [0],
    'accessors.0.max': [1],
  }),
  changed('an offset of null', 'model.corrupt', { 'accessors.0.byteOffset': null }),
  changed('an animation of no node', 'model.corrupt', { 'animations.0.channels.0.target.node': 2 }),
  changed('an animation of no accessor', 'model.corrupt', { 'animations.0.samplers.0.input': -1 }),
  changed('a matrix with text in it', 'model.corrupt', { 'nodes.0.matrix': Array(16).fill('1') }),
  changed('an object where a list should be', 'model.corrupt', { meshes: { length: 1 } }),
  changed('null where an object should be', 'model.corrupt', { meshes: [null] }),
];

function aSparse(change: object) {
  return {
    count: 1,
    indices: { bufferView: 1, componentType: 5123 },
    values: { bufferView: 0 },
    ...change,
  };
}
