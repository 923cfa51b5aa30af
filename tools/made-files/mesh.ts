/** Triangles with a normal and a texture coordinate for each corner; flat numbers, as glTF stores them. */
export interface Mesh {
  readonly name: string;
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly texcoords: Float32Array;
  readonly indices: Uint16Array;
}

type Vector = readonly [number, number, number];

// Each side of a cube as its normal and the two directions that span it, right-handed.
const SIDES: readonly (readonly [normal: Vector, right: Vector, up: Vector])[] = [
  [
    [0, 0, 1],
    [1, 0, 0],
    [0, 1, 0],
  ],
  [
    [0, 0, -1],
    [-1, 0, 0],
    [0, 1, 0],
  ],
  [
    [1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  [
    [-1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  [
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, -1],
  ],
  [
    [0, -1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
];
const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

/** A box of the given edge lengths around the origin, a whole texture on each side. */
export function boxMesh(edges: Vector = [1, 1, 1]): Mesh {
  const positions: number[] = [];
  const normals: number[] = [];
  const texcoords: number[] = [];
  const indices: number[] = [];
  for (const [side, [normal, right, up]] of SIDES.entries()) {
    for (const [x, y] of CORNERS) {
      for (const axis of [0, 1, 2] as const) {
        positions.push(((normal[axis] + x * right[axis] + y * up[axis]) * edges[axis]) / 2);
      }
      normals.push(...normal);
      texcoords.push((x + 1) / 2, (1 - y) / 2);
    }
    indices.push(...[0, 1, 2, 0, 2, 3].map((corner) => side * 4 + corner));
  }
  return mesh('Box', positions, normals, texcoords, indices);
}

const GOLDEN = (1 + Math.sqrt(5)) / 2;
const ICOSAHEDRON_CORNERS: readonly Vector[] = [
  [-1, GOLDEN, 0],
  [1, GOLDEN, 0],
  [-1, -GOLDEN, 0],
  [1, -GOLDEN, 0],
  [0, -1, GOLDEN],
  [0, 1, GOLDEN],
  [0, -1, -GOLDEN],
  [0, 1, -GOLDEN],
  [GOLDEN, 0, -1],
  [GOLDEN, 0, 1],
  [-GOLDEN, 0, -1],
  [-GOLDEN, 0, 1],
];
// prettier-ignore
const ICOSAHEDRON_FACES = [
  0, 11, 5, 0, 5, 1, 0, 1, 7, 0, 7, 10, 0, 10, 11, 1, 5, 9, 5, 11, 4, 11, 10, 2, 10, 7, 6, 7, 1, 8,
  3, 9, 4, 3, 4, 2, 3, 2, 6, 3, 6, 8, 3, 8, 9, 4, 9, 5, 2, 4, 11, 6, 2, 10, 8, 6, 7, 9, 8, 1,
];

/** A unit sphere from an icosahedron whose triangles are split into four, `splits` times (at most 5). */
export function icosphereMesh(splits = 2): Mesh {
  if (splits > 5) throw new RangeError('more than 5 splits do not fit 16-bit indices');
  const corners = ICOSAHEDRON_CORNERS.map(unit);
  let faces: number[] = [...ICOSAHEDRON_FACES];
  for (let round = 0; round < splits; round += 1) faces = splitFaces(corners, faces);
  const flat = corners.flat();
  const texcoords = corners.flatMap(([x, y, z]) => [
    0.5 + Math.atan2(z, x) / (2 * Math.PI),
    0.5 - Math.asin(y) / Math.PI,
  ]);
  return mesh('Icosphere', flat, flat, texcoords, faces);
}

function splitFaces(corners: Vector[], faces: readonly number[]): number[] {
  const middles = new Map<string, number>();
  const middle = (a: number, b: number): number => {
    const key = a < b ? `${a}:${b}` : `${b}:${a}`;
    const known = middles.get(key);
    if (known !== undefined) return known;
    const [ax, ay, az] = corners[a] ?? [0, 0, 0];
    const [bx, by, bz] = corners[b] ?? [0, 0, 0];
    const index = corners.push(unit([ax + bx, ay + by, az + bz])) - 1;
    middles.set(key, index);
    return index;
  };
  const split: number[] = [];
  for (let i = 0; i < faces.length; i += 3) {
    const [a = 0, b = 0, c = 0] = faces.slice(i, i + 3);
    const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
    split.push(a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca);
  }
  return split;
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function mesh(
  name: string,
  positions: readonly number[],
  normals: readonly number[],
  texcoords: readonly number[],
  indices: readonly number[],
): Mesh {
  return {
    name,
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    texcoords: Float32Array.from(texcoords),
    indices: Uint16Array.from(indices),
  };
}
