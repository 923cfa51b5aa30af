/** What a model may ask of whoever opens it. Beyond: `model.too_complex`, before the memory is spent. */
export const MODEL_LIMITS = {
  /** Bytes of the JSON chunk of a GLB. */
  glbJsonBytes: 16 * 2 ** 20,
  /** Bytes of a .gltf, with what is embedded in it. */
  gltfBytes: 32 * 2 ** 20,
  glbChunks: 1000,
  jsonDepth: 64,
  jsonValues: 1_500_000,
  /** Distinct names of members: each costs a parser far more than a value does. */
  jsonKeys: 10_000,
  /** Of one kind: nodes, meshes, accessors, images, ... */
  items: 100_000,
  /** Elements of one accessor: it can ask for memory without bringing any data. */
  elements: 100_000_000,
  /** How deep nodes hang below each other: others walk them by recursion. */
  nodeDepth: 1000,
  references: 1000,
  /** Bytes of one line of OBJ, MTL or ASCII STL. */
  lineBytes: 64 * 2 ** 10,
} as const;
