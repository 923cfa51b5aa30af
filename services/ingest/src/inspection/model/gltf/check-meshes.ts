import { corrupt } from '../refuse.ts';
import type { Accessor } from './check-accessors.ts';
import {
  asIndex,
  index,
  integer,
  member,
  optionalIndex,
  partsOf,
  requiredPart,
  type Part,
} from './read-json.ts';

const UNSIGNED_TYPES = new Set([5121, 5123, 5125]);
const TRIANGLES = 4;
const TRIANGLE_STRIP = 5;
const TRIANGLE_FAN = 6;

export interface Meshes {
  readonly count: number;
  readonly triangles: number;
  /** How many vertices the indices of an accessor may name: those of the smallest primitive that uses it. */
  readonly vertexLimits: ReadonlyMap<Accessor, number>;
}

export function checkMeshes(root: Part, accessors: readonly Accessor[], materials: number): Meshes {
  const vertexLimits = new Map<Accessor, number>();
  let triangles = 0;
  const meshes = partsOf(root, 'meshes');
  for (const mesh of meshes) {
    const primitives = partsOf(mesh, 'primitives');
    if (primitives.length === 0) throw corrupt(`${mesh.where} has no primitives`);
    for (const primitive of primitives) {
      optionalIndex(primitive, 'material', materials);
      const vertices = checkAttributes(primitive, accessors);
      const corners = checkIndices(primitive, accessors, vertices, vertexLimits) ?? vertices;
      triangles += trianglesOf(integer(primitive, 'mode', 0, TRIANGLES), corners, primitive.where);
    }
  }
  return { count: meshes.length, triangles, vertexLimits };
}

/** Readers take these for granted, and read beyond a shorter element. */
const ELEMENT_TYPES: readonly (readonly [attribute: RegExp, types: readonly string[]])[] = [
  [/^(?:POSITION|NORMAL)$/, ['VEC3']],
  [/^TANGENT$/, ['VEC3', 'VEC4']],
  [/^TEXCOORD_\d+$/, ['VEC2']],
  [/^COLOR_\d+$/, ['VEC3', 'VEC4']],
  [/^(?:JOINTS|WEIGHTS)_\d+$/, ['VEC4']],
];

/** The number of vertices: all attributes and morph targets have one value for each. */
function checkAttributes(primitive: Part, accessors: readonly Accessor[]): number {
  let vertices: number | undefined;
  for (const attributes of [requiredPart(primitive, 'attributes'), ...partsOf(primitive, 'targets')]) {
    for (const [name, value] of Object.entries(attributes.json)) {
      const where = `${attributes.where}.${name}`;
      const accessor = accessors[asIndex(value, accessors.length, where)];
      if (accessor === undefined) continue;
      const types = ELEMENT_TYPES.find(([attribute]) => attribute.test(name))?.[1];
      if (types !== undefined && !types.includes(accessor.type)) throw corrupt(`${where} is of another type`);
      vertices ??= accessor.count;
      if (accessor.count !== vertices) throw corrupt(`${primitive.where} has attributes of two lengths`);
    }
  }
  return vertices ?? 0;
}

function checkIndices(
  primitive: Part,
  accessors: readonly Accessor[],
  vertices: number,
  vertexLimits: Map<Accessor, number>,
): number | undefined {
  if (member(primitive, 'indices') === undefined) return undefined;
  const accessor = accessors[index(primitive, 'indices', accessors.length)];
  if (accessor === undefined || accessor.type !== 'SCALAR' || !UNSIGNED_TYPES.has(accessor.componentType)) {
    throw corrupt(`${primitive.where}.indices are no unsigned integers`);
  }
  vertexLimits.set(accessor, Math.min(vertices, vertexLimits.get(accessor) ?? vertices));
  return accessor.count;
}

function trianglesOf(mode: number, corners: number, where: string): number {
  if (mode > TRIANGLE_FAN) throw corrupt(`${where}.mode is unknown`);
  if (mode === TRIANGLES) return Math.floor(corners / 3);
  return mode === TRIANGLE_STRIP || mode === TRIANGLE_FAN ? Math.max(0, corners - 2) : 0;
}
