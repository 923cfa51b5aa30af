import { HOSTILE_GZIPS, HOSTILE_TARS } from '../../src/testing/archives/hostile-tars.ts';
import { HOSTILE_ZIP_ENTRIES } from '../../src/testing/archives/hostile-zip-entries.ts';
import { HOSTILE_ZIP_STRUCTURES } from '../../src/testing/archives/hostile-zip-structure.ts';
import { gnuLongName, gzipBytes, paxHeader, tarBytes } from '../../src/testing/archives/tar-bytes.ts';
import { zipBytes, type ZipEntrySpec } from '../../src/testing/archives/zip-bytes.ts';
import { aGltf, glbBytes, gltfBytes } from '../../src/testing/models/gltf-documents.ts';
import { HOSTILE_MODELS } from '../../src/testing/models/hostile-models.ts';
import { binaryStl, mtlBytes, objBytes, textStl } from '../../src/testing/models/text-models.ts';
import {
  compoundFileBytes,
  elfBytes,
  fatMachOBytes,
  javaClassBytes,
  machOBytes,
  peBytes,
} from '../../src/testing/programs/program-bytes.ts';
import type { Family, FuzzCase } from '../fuzz-case.ts';

/** Larger ones make a run slow, and are inspected by tests of their own. */
const MAX_SEED_BYTES = 512 * 1024;

const file = (origin: string, path: string, bytes: Buffer): FuzzCase => ({
  origin,
  role: 'file',
  path,
  declaredType: 'application/octet-stream',
  bytes,
});

const small = ({ bytes }: FuzzCase): boolean => bytes.length > 0 && bytes.length <= MAX_SEED_BYTES;

const ENTRIES: readonly ZipEntrySpec[] = [
  { name: 'art/' },
  { name: 'art/wood.txt', content: 'wood '.repeat(400), method: 'deflate' },
  {
    name: 'art/Grün.txt',
    content: Buffer.from(Array.from({ length: 700 }, (_, i) => (i * i) % 251)),
    method: 'deflate',
  },
  { name: 'bin/plugin.dll', content: peBytes(), method: 'stored' },
  { name: 'models/a.glb', content: glbBytes(aGltf()), method: 'deflate' },
  { name: 'empty', content: '' },
];

export function archiveSeeds(): Family {
  const content = ENTRIES.map(({ name, content }) => ({
    name,
    content: content ?? '',
    ...(name.toString().endsWith('/') && { type: '5' }),
  }));
  const tar = tarBytes(content);
  const long = `${'folder/'.repeat(20)}file.txt`;
  const valid: Family['valid'] = [
    file('zip', 'pack.zip', zipBytes({ entries: ENTRIES })),
    file(
      'zip64',
      'pack.zip',
      zipBytes({ entries: ENTRIES.map((each) => ({ ...each, zip64: true })), zip64End: true }),
    ),
    file(
      'zip from a pipe',
      'pack.zip',
      zipBytes({ entries: ENTRIES.slice(1).map((each) => ({ ...each, descriptor: 'signed' })) }),
    ),
    file(
      'zip from a pipe, bare',
      'pack',
      zipBytes({ entries: ENTRIES.slice(1).map((each) => ({ ...each, descriptor: 'bare64' })) }),
    ),
    file(
      'zip with a comment',
      'pack.jar',
      zipBytes({ entries: ENTRIES, comment: Buffer.from('made by cairn') }),
    ),
    file('tar', 'pack.tar', tar),
    file(
      'tar with extended headers',
      'pack.tar',
      tarBytes([
        paxHeader([['path', long]]),
        { name: 'x', content: 'x' },
        gnuLongName(long.slice(1)),
        { name: 'y', content: 'yy' },
      ]),
    ),
    file('tar.gz', 'pack.tar.gz', gzipBytes(tar)),
    file('tar.gz with a name', 'pack.tgz', gzipBytes(tar, { flags: 8, fields: Buffer.from('pack.tar\0') })),
  ];
  const hostile = [
    ...[...HOSTILE_ZIP_STRUCTURES, ...HOSTILE_ZIP_ENTRIES].map(([what, , make]) =>
      file(`zip with ${what}`, 'pack.zip', make()),
    ),
    ...HOSTILE_TARS.map(([what, , make]) => file(`tar with ${what}`, 'pack.tar', make())),
    ...HOSTILE_GZIPS.map(([what, , make]) => file(`tar.gz with ${what}`, 'pack.tar.gz', make())),
  ].filter(small);
  return { valid, hostile };
}

export function modelSeeds(): Family {
  const outside = {
    'images.0.uri': 'textures/wood.png',
    'buffers.+': { byteLength: 4, uri: '../shared.bin' },
  };
  const valid: Family['valid'] = [
    file('GLB', 'models/a.glb', glbBytes(aGltf())),
    file('GLB of two meshes', 'models/a.glb', glbBytes(aGltf({ meshes: 2, triangles: 5 }))),
    file('GLB with files', 'models/a.glb', glbBytes(aGltf({}, outside))),
    file('glTF', 'models/a.gltf', gltfBytes(aGltf())),
    file('glTF with files', 'models/a.gltf', gltfBytes(aGltf({}, outside))),
    file('OBJ', 'models/a.obj', objBytes()),
    file('OBJ of three objects', 'models/a.obj', objBytes({ objects: 3, faces: [3, 4, 5], materials: 2 })),
    file('MTL', 'models/scene.mtl', mtlBytes()),
    file('binary STL', 'models/a.stl', binaryStl(4)),
    file('text STL', 'models/a.stl', textStl([2, 1])),
  ];
  const hostile = HOSTILE_MODELS.filter(({ size }) => size === undefined)
    .map(({ name, path, bytes }) => file(name, `models/${path}`, bytes()))
    .filter(small);
  return { valid, hostile };
}

export const programSeeds = (): Family => ({
  valid: [
    file('text', 'readme.txt', Buffer.from('A text.\n'.repeat(50))),
    file('Java class', 'A.class', javaClassBytes()),
    file('compound file', 'old.max', compoundFileBytes({ installer: false })),
  ],
  hostile: [
    file('PE', 'tool.bin', peBytes()),
    file('.NET', 'tool.dll', peBytes({ dotnet: 1 })),
    file('ELF', 'tool', elfBytes()),
    file('ELF of 32 bit', 'tool.so', elfBytes({ bits: 32, bigEndian: true, machine: 8 })),
    file('Mach-O', 'tool', machOBytes()),
    file('universal Mach-O', 'tool', fatMachOBytes([{}, { cpu: 0x0100_0007 }])),
    file('MSI', 'setup.dat', compoundFileBytes({ directory: 3 })),
    file(
      'APK',
      'game',
      zipBytes({
        entries: [
          { name: 'AndroidManifest.xml', content: 'x' },
          { name: 'classes.dex', content: 'y' },
        ],
      }),
    ),
  ],
});
