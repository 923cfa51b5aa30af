export interface GltfCounts {
  readonly meshes: number;
  /** Of each mesh. */
  readonly triangles: number;
  readonly materials: number;
  readonly textures: number;
  readonly animations: number;
}

/** Values by where they go, such as `nodes.0.children`; `+` is behind the last item of a list. */
export type Changes = Readonly<Record<string, unknown>>;

export interface GltfDocument {
  readonly json: Readonly<Record<string, unknown>> & { readonly buffers: readonly object[] };
  readonly bin: Buffer;
}

// One transparent pixel.
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const FLOAT = 5126;
const UNSIGNED_SHORT = 5123;

/** A valid glTF of exactly these counts, before it is changed; buffer 0 has no `uri` and is `bin`. */
export function aGltf(counts: Partial<GltfCounts> = {}, changes: Changes = {}): GltfDocument {
  const { meshes = 1, triangles = 2, materials = 1, textures = 1, animations = 1 } = counts;
  const vertices = Math.max(3, triangles + 2);
  const corners = Array.from({ length: triangles * 3 }, (_, i) => Math.floor(i / 3) + (i % 3));
  const parts = new Parts();
  const positions = parts.add(
    Float32Array.from(
      { length: vertices * 3 },
      (_, i) => [Math.floor(i / 3) % 2, Math.floor(i / 6) % 2, 0][i % 3] ?? 0,
    ),
    { componentType: FLOAT, count: vertices, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
  );
  const indices =
    triangles === 0
      ? undefined
      : parts.add(Uint16Array.from(corners), {
          componentType: UNSIGNED_SHORT,
          count: corners.length,
          type: 'SCALAR',
        });
  const times = parts.add(Float32Array.from([0, 1]), {
    componentType: FLOAT,
    count: 2,
    type: 'SCALAR',
    min: [0],
    max: [1],
  });
  const moves = parts.add(new Float32Array(6), { componentType: FLOAT, count: 2, type: 'VEC3' });
  const texcoords = parts.add(new Float32Array(vertices * 2), {
    componentType: FLOAT,
    count: vertices,
    type: 'VEC2',
  });
  const primitive = {
    attributes: { POSITION: positions, TEXCOORD_0: texcoords },
    ...(indices === undefined ? { mode: 0 } : { indices }),
    ...(materials === 0 ? {} : { material: materials - 1 }),
  };
  const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
  const texture = textures === 0 ? {} : { baseColorTexture: { index: textures - 1 } };
  const json = {
    asset: { version: '2.0', generator: 'cairn' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [
      meshes === 0 ? {} : { children: list(meshes, (i) => i + 1) },
      ...list(meshes, (mesh) => ({ mesh, scale: [1, 1, 1] })),
    ],
    meshes: list(meshes, () => ({ primitives: [primitive] })),
    materials: list(materials, () => ({ pbrMetallicRoughness: texture })),
    textures: list(textures, () => ({ source: 0, sampler: 0 })),
    samplers: [{}],
    images: [{ uri: `data:image/png;base64,${PNG}` }],
    animations: list(animations, () => ({
      samplers: [{ input: times, output: moves }],
      channels: [{ sampler: 0, target: { node: 0, path: 'translation' } }],
    })),
    accessors: parts.accessors,
    bufferViews: parts.views,
    buffers: [{ byteLength: parts.bytes().length }],
  };
  change(json, changes);
  // Empty lists are not allowed, save for those that somebody put there.
  const filled = Object.entries(json).filter(([name, value]) => name in changes || !isEmpty(value));
  return { json: { ...Object.fromEntries(filled), buffers: json.buffers }, bin: parts.bytes() };
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function change(json: object, changes: Changes): void {
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let at: object = json;
    for (const step of steps) at = Reflect.get(at, step) as object;
    Reflect.set(at, last === '+' && Array.isArray(at) ? at.length : last, value);
  }
}

class Parts {
  readonly views: object[] = [];
  readonly accessors: object[] = [];
  readonly #bytes: Buffer[] = [];
  #length = 0;

  /** The index of the new accessor. */
  add(values: Float32Array | Uint16Array, accessor: object): number {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    this.views.push({ buffer: 0, byteOffset: this.#length, byteLength: bytes.length });
    this.#bytes.push(padded);
    this.#length += padded.length;
    return this.accessors.push({ bufferView: this.views.length - 1, ...accessor }) - 1;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#bytes);
  }
}

/** The document as `.gltf`, its buffer embedded unless it has a `uri` already. */
export function gltfBytes({ json, bin }: GltfDocument): Buffer {
  const [first, ...others] = json.buffers;
  const embedded = { uri: `data:application/octet-stream;base64,${bin.toString('base64')}`, ...first };
  return Buffer.from(JSON.stringify({ ...json, buffers: [embedded, ...others] }));
}

export const JSON_CHUNK = 0x4e4f534a;
export const BIN_CHUNK = 0x004e4942;

export function glbBytes({ json, bin }: GltfDocument): Buffer {
  return glbOfChunks([
    [JSON_CHUNK, padded(Buffer.from(JSON.stringify(json)))],
    [BIN_CHUNK, bin],
  ]);
}

export function padded(text: Buffer): Buffer {
  return Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
}

export interface GlbHeader {
  readonly magic: string;
  readonly version: number;
  readonly length: number;
}

/** Chunks as they are given, right or wrong, and a header that fits them unless it is told otherwise. */
export function glbOfChunks(
  chunks: readonly (readonly [type: number, content: Buffer, length?: number])[],
  header: Partial<GlbHeader> = {},
): Buffer {
  const body = Buffer.concat(
    chunks.flatMap(([type, content, length]) => [uint32(length ?? content.length, type), content]),
  );
  const { magic, version, length } = { magic: 'glTF', version: 2, length: 12 + body.length, ...header };
  return Buffer.concat([Buffer.from(magic), uint32(version, length), body]);
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}
