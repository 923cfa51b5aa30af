import { uint32 } from './gltf-documents.ts';

export interface ObjCounts {
  readonly objects: number;
  /** Corners of each face; of each object. */
  readonly faces: readonly number[];
  readonly materials: number;
}

/** A valid OBJ of exactly these counts, with faces that count from the front and from the back. */
export function objBytes({ objects = 1, faces = [3, 4], materials = 1 }: Partial<ObjCounts> = {}): Buffer {
  const lines = ['# made by cairn', 'mtllib scene.mtl'];
  for (let material = 0; material < materials; material += 1) lines.push(`usemtl material ${material}`);
  for (let object = 0; object < objects; object += 1) {
    lines.push(`o object ${object}`);
    for (const corners of faces) {
      for (let i = 0; i < corners; i += 1) lines.push(`v ${i} ${i * 0.5} -${i}e-3`, `vt 0 ${i}`, 'vn 0 0 1');
      const face = Array.from({ length: corners }, (_, i) => `${-i - 1}/${-i - 1}/${-i - 1}`);
      lines.push(`f ${face.join(' ')}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A valid material library whose pictures lie beside it and in a folder below. */
export function mtlBytes(): Buffer {
  const lines = [
    'newmtl wood',
    'Kd 0.8 0.6 0.4',
    'map_Kd wood.png',
    'newmtl stone',
    'bump -bm 0.5 textures/stone.png',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}

export function binaryStl(triangles: number, header = 'made by cairn'): Buffer {
  const corner = Buffer.alloc(50);
  corner.writeFloatLE(1.5, 12);
  const head = Buffer.alloc(80);
  head.write(header);
  return Buffer.concat([head, uint32(triangles), ...Array<Buffer>(triangles).fill(corner)]);
}

export function textStl(solids: readonly number[]): Buffer {
  const facet = [
    'facet normal 0 0 nan',
    ' outer loop',
    ...[1, 2, 3].map((n) => `  vertex ${n} -0.5 1.0e-2`),
    ' endloop',
    'endfacet',
  ];
  const lines = solids.flatMap((triangles, i) => [
    `solid part ${i}`,
    ...Array.from({ length: triangles }, () => facet).flat(),
    `endsolid part ${i}`,
  ]);
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}
