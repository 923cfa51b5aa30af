import type { ModelFacts } from '../../../domain/inspecting/findings.ts';
import { isDataUri, parseDataUri } from '../data-uri.ts';
import type { References } from '../references.ts';
import { corrupt, unsupportedVersion } from '../refuse.ts';
import { checkAccessors, checkBuffers, checkViews, type Accessor } from './check-accessors.ts';
import { checkAnimations, checkSkins } from './check-animations.ts';
import { checkMaterials, checkTextures } from './check-materials.ts';
import { checkMeshes } from './check-meshes.ts';
import { checkNodes } from './check-nodes.ts';
import { IndexWatcher, type IndexRun } from './index-watcher.ts';
import { parseJson } from './parse-json.ts';
import { arrayOf, member, partsOf, requiredPart, type Part } from './read-json.ts';

export interface CheckedGltf {
  readonly facts: Omit<ModelFacts, 'format'>;
  /** Indices in the BIN chunk of a GLB, still to be read. */
  readonly binIndices: readonly IndexRun[];
}

/** The rules of glTF 2.0, without decoding anything: what is named is there and lies where it may. */
export function checkGltf(bytes: Uint8Array, references: References, binLength?: number): CheckedGltf {
  const { root: json, uris } = parseJson(bytes);
  const root = { json, where: 'gltf' };
  checkVersion(root);
  for (const name of ['extensionsUsed', 'extensionsRequired']) {
    if (arrayOf(root, name).some((value) => typeof value !== 'string'))
      throw corrupt(`gltf.${name} is no list of names`);
  }
  for (const uri of uris) {
    if (isDataUri(uri)) parseDataUri(uri);
    else references.addUri(uri);
  }

  const buffers = checkBuffers(root, binLength);
  const views = checkViews(root, buffers);
  const accessors = checkAccessors(root, views);
  const textures = checkTextures(root, views.length);
  const materials = checkMaterials(root, textures);
  const meshes = checkMeshes(root, accessors, materials);
  const nodes = partsOf(root, 'nodes');
  const skins = partsOf(root, 'skins');
  const cameras = partsOf(root, 'cameras').length;
  checkNodes(root, nodes, { meshes: meshes.count, skins: skins.length, cameras });
  checkSkins(skins, accessors, nodes.length);
  const animations = checkAnimations(root, accessors, nodes.length);

  const runs = indexRuns(accessors, meshes.vertexLimits);
  checkEmbeddedIndices(root, runs);
  return {
    facts: {
      meshes: meshes.count,
      triangles: meshes.triangles,
      materials,
      textures,
      animations,
      references: references.list(),
      ...externalBuffers(root, buffers, references),
    },
    binIndices: binLength === undefined || hasUri(partsOf(root, 'buffers')[0]) ? [] : (runs.get(0) ?? []),
  };
}

/** How long the files must be that buffers are in. What is in them is not read: they come by themselves. */
function externalBuffers(
  root: Part,
  lengths: readonly number[],
  references: References,
): Pick<ModelFacts, 'buffers'> {
  const needed = new Map<string, number>();
  for (const [i, buffer] of partsOf(root, 'buffers').entries()) {
    const uri = member(buffer, 'uri');
    if (typeof uri !== 'string' || isDataUri(uri)) continue;
    const path = references.addUri(uri);
    needed.set(path, Math.max(lengths[i] ?? 0, needed.get(path) ?? 0));
  }
  return needed.size === 0 ? {} : { buffers: Array.from(needed, ([path, bytes]) => ({ path, bytes })) };
}

const hasUri = (buffer: Part | undefined): boolean =>
  buffer !== undefined && member(buffer, 'uri') !== undefined;

function checkVersion(root: Part): void {
  const asset = requiredPart(root, 'asset');
  const version = member(asset, 'version');
  const minVersion = member(asset, 'minVersion') ?? '2.0';
  if (typeof version !== 'string' || typeof minVersion !== 'string')
    throw corrupt('gltf.asset has no version');
  if (!/^2\.\d{1,9}$/.test(version) || minVersion !== '2.0')
    throw unsupportedVersion('gltf.asset.version is not 2.0');
}

/** By buffer. */
function indexRuns(accessors: readonly Accessor[], vertexLimits: ReadonlyMap<Accessor, number>) {
  const runs = new Map<number, IndexRun[]>();
  const add = (buffer: number, run: IndexRun) => {
    const known = runs.get(buffer);
    if (known === undefined) runs.set(buffer, [run]);
    else known.push(run);
  };
  for (const { sparse } of accessors) {
    if (sparse !== undefined) add(sparse.buffer, sparse);
  }
  for (const [accessor, limit] of vertexLimits) {
    // A sparse accessor replaces some of what lies there: the rest alone proves nothing.
    if (accessor.placed === undefined || accessor.sparse !== undefined) continue;
    add(accessor.placed.buffer, { ...accessor.placed, limit, increasing: false });
  }
  return runs;
}

function checkEmbeddedIndices(root: Part, runs: ReadonlyMap<number, readonly IndexRun[]>): void {
  for (const [i, buffer] of partsOf(root, 'buffers').entries()) {
    const uri = member(buffer, 'uri');
    const own = runs.get(i);
    if (own === undefined || typeof uri !== 'string' || !isDataUri(uri)) continue;
    const bytes = parseDataUri(uri).decode();
    new IndexWatcher(own, bytes.length).push(bytes);
  }
}
