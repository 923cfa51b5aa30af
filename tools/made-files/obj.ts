import type { Mesh } from './mesh.ts';

/** The mesh as Wavefront OBJ text; OBJ counts from 1 and puts the texture's origin at the bottom. */
export function objOf(mesh: Mesh): Buffer {
  const lines = [
    '# made by Cairn',
    `o ${mesh.name}`,
    ...rows('v', mesh.positions, 3),
    ...rows(
      'vt',
      mesh.texcoords.map((value, i) => (i % 2 === 1 ? 1 - value : value)),
      2,
    ),
    ...rows('vn', mesh.normals, 3),
  ];
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const corners = [...mesh.indices.subarray(i, i + 3)].map((index) => index + 1);
    lines.push(`f ${corners.map((n) => `${n}/${n}/${n}`).join(' ')}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

function rows(keyword: string, values: Float32Array, size: number): string[] {
  return Array.from({ length: values.length / size }, (_, row) => {
    const numbers = [...values.subarray(row * size, (row + 1) * size)];
    return `${keyword} ${numbers.map((value) => value.toFixed(6)).join(' ')}`;
  });
}
