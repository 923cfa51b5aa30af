import type { Mesh } from './mesh.ts';

export interface GlbOptions {
  /** Red, green, blue and opacity from 0 to 1; multiplied with the texture where there is one. */
  readonly colour?: readonly [number, number, number, number];
  /** A PNG that is embedded as the base colour. */
  readonly texturePng?: Uint8Array;
}

const GLB_MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;
const FLOAT = 5126;
const UNSIGNED_SHORT = 5123;
const ARRAY_BUFFER = 34_962;
const ELEMENT_ARRAY_BUFFER = 34_963;

/** One mesh as a binary glTF 2.0 file: a header, a JSON chunk and a BIN chunk, all aligned to 4 bytes. */
export function glbOf(mesh: Mesh, options: GlbOptions = {}): Buffer {
  const bin = new BinChunk();
  const accessors = [
    accessor(bin.add(mesh.positions, ARRAY_BUFFER), FLOAT, mesh.positions, 3),
    accessor(bin.add(mesh.normals, ARRAY_BUFFER), FLOAT, mesh.normals, 3),
    accessor(bin.add(mesh.texcoords, ARRAY_BUFFER), FLOAT, mesh.texcoords, 2),
    accessor(bin.add(mesh.indices, ELEMENT_ARRAY_BUFFER), UNSIGNED_SHORT, mesh.indices, 1),
  ];
  const texture = options.texturePng === undefined ? {} : textureParts(bin.add(options.texturePng));
  const json = {
    asset: { version: '2.0', generator: 'cairn made-files' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: mesh.name, mesh: 0 }],
    meshes: [
      {
        name: mesh.name,
        primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }],
      },
    ],
    materials: [
      {
        name: 'Surface',
        pbrMetallicRoughness: {
          baseColorFactor: options.colour ?? [1, 1, 1, 1],
          metallicFactor: 0,
          ...(options.texturePng === undefined ? {} : { baseColorTexture: { index: 0 } }),
        },
      },
    ],
    ...texture,
    accessors,
    bufferViews: bin.views,
    buffers: [{ byteLength: bin.byteLength }],
  };
  const chunks = [
    chunk(CHUNK_JSON, Buffer.from(JSON.stringify(json)), 0x20),
    chunk(CHUNK_BIN, bin.bytes(), 0),
  ];
  const length = 12 + chunks.reduce((sum, each) => sum + each.length, 0);
  return Buffer.concat([uint32(GLB_MAGIC, 2, length), ...chunks]);
}

class BinChunk {
  readonly views: { buffer: 0; byteOffset: number; byteLength: number; target?: number }[] = [];
  readonly #parts: Buffer[] = [];
  byteLength = 0;

  /** The index of the new buffer view. */
  add(data: Float32Array | Uint16Array | Uint8Array, target?: number): number {
    const view = { buffer: 0 as const, byteOffset: this.byteLength, byteLength: data.byteLength };
    const padded = pad(Buffer.from(data.buffer, data.byteOffset, data.byteLength), 0);
    this.#parts.push(padded);
    this.byteLength += padded.length;
    return this.views.push(target === undefined ? view : { ...view, target }) - 1;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function textureParts(bufferView: number) {
  return {
    images: [{ bufferView, mimeType: 'image/png' }],
    samplers: [{}],
    textures: [{ source: 0, sampler: 0 }],
  };
}

const ACCESSOR_TYPES = { 1: 'SCALAR', 2: 'VEC2', 3: 'VEC3' } as const;

function accessor(
  bufferView: number,
  componentType: number,
  values: Float32Array | Uint16Array,
  size: 1 | 2 | 3,
) {
  const count = values.length / size;
  const described = { bufferView, componentType, count, type: ACCESSOR_TYPES[size] };
  // glTF demands the bounds of positions; of normals they do no harm.
  return size === 3 ? { ...described, ...boundsOf([...values]) } : described;
}

function boundsOf(values: readonly number[]): { min: number[]; max: number[] } {
  const axes = [0, 1, 2].map((axis) => values.filter((_, i) => i % 3 === axis));
  return { min: axes.map((axis) => Math.min(...axis)), max: axes.map((axis) => Math.max(...axis)) };
}

function chunk(type: number, content: Buffer, padding: number): Buffer {
  const padded = pad(content, padding);
  return Buffer.concat([uint32(padded.length, type), padded]);
}

function pad(content: Buffer, byte: number): Buffer {
  const missing = (4 - (content.length % 4)) % 4;
  return Buffer.concat([content, Buffer.alloc(missing, byte)]);
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}
