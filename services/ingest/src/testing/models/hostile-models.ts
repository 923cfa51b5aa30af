import type { RefusalCode } from '../../domain/refusals.ts';
import { aGltf, glbBytes, type Changes } from './gltf-documents.ts';
import { HOSTILE_CONTAINERS, HOSTILE_DOCUMENTS, HOSTILE_JSON } from './hostile-gltf.ts';
import { binaryStl, textStl } from './text-models.ts';

/** A file that must be refused, made when it is needed. */
export interface HostileModel {
  readonly name: string;
  readonly path: string;
  readonly code: RefusalCode;
  readonly bytes: () => Buffer;
  /** Said to be; then `bytes` are only the start of it. */
  readonly size?: number | undefined;
}

/** Names of files that leave the upload, for a model in its root. `%s` is where a canary listens. */
const LEAVING_URIS = [
  'file:///etc/passwd',
  'FILE:/etc/passwd',
  '/etc/passwd',
  '//canary.example/a.png',
  'http://169.254.169.254/latest/meta-data/',
  'http://%s/glb',
  'https:a.png',
  'ftp://%s/a.bin',
  'blob:a',
  '../../etc/passwd',
  '..',
  'a/../../b.png',
  'textures/../../../etc/passwd',
  '%2e%2e/secret.bin',
  '%2E%2E%2Fsecret.bin',
  '..%2fsecret.bin',
  '..%5csecret.bin',
  '%252e%252e/secret.bin',
  '%25%32%65%25%32%65/secret.bin',
  '%c0%ae%c0%ae/secret.bin',
  '%66ile:///etc/passwd',
  'file%3A///etc/passwd',
  String.raw`..\secret.bin`,
  String.raw`\\server\share\a.png`,
  'C:/Windows/win.ini',
  'c:secret.bin',
  'a.png\u0000.exe',
  'a%00.png',
  'a\n.png',
  ' ../secret.bin',
  'a/.. /secret.bin',
  '.../secret.bin',
  'a//b.png',
  './',
  '',
  'NUL.png',
  'textures/con',
  'a?b.png',
  'a|b',
  'a\u0085b',
  '\ud800.png',
  'a'.repeat(5000),
] as const;

const text = (name: string, path: string, code: RefusalCode, content: () => string): HostileModel => ({
  name,
  path,
  code,
  bytes: () => Buffer.from(content(), 'latin1'),
});

const HOSTILE_TEXT: readonly HostileModel[] = [
  text('an empty OBJ', 'model.obj', 'model.corrupt', () => ''),
  text('an OBJ that is prose', 'model.obj', 'model.corrupt', () => 'dear reader\nthis is no model\n'),
  text(
    'an OBJ with a library outside',
    'model.obj',
    'model.external_reference',
    () => 'mtllib ../../secret.mtl\nv 0 0 0\n',
  ),
  text(
    'an OBJ with a library on a host',
    'model.obj',
    'model.external_reference',
    () => 'mtllib http://a.example/a.mtl\n',
  ),
  text(
    'an OBJ with a second library outside',
    'model.obj',
    'model.external_reference',
    () => 'mtllib a.mtl ../b.mtl\n',
  ),
  text(
    'an OBJ with an encoded library',
    'model.obj',
    'model.external_reference',
    () => 'mtllib %2e%2e/b.mtl\n',
  ),
  text(
    'an OBJ with a continued library',
    'model.obj',
    'model.external_reference',
    () => 'mtllib \\\n/etc/passwd\n',
  ),
  text(
    'an OBJ with a keyword that is continued',
    'model.obj',
    'model.external_reference',
    () => 'mtll\\\nib ../a.mtl\nv 0 0 0\n',
  ),
  text(
    'an OBJ with a name that is continued twice',
    'model.obj',
    'model.external_reference',
    () => 'mtllib a%2\\\ne%2\\\ne/b.mtl\nv 0 0 0\n',
  ),
  text(
    'an OBJ with a library in a continued comment',
    'model.obj',
    'model.external_reference',
    () => '# a \\\nmtllib ../a.mtl\n',
  ),
  text(
    'an OBJ with a library after a lone return',
    'model.obj',
    'model.external_reference',
    () => '# a\rmtllib ../a.mtl\n',
  ),
  text(
    'an OBJ with a library after a byte order mark',
    'model.obj',
    'model.external_reference',
    () => '\u00ef\u00bb\u00bfmtllib ../a.mtl\n',
  ),
  text('an OBJ with a zero in it', 'model.obj', 'model.corrupt', () => 'mtllib a.mtl\n# \u0000\nv 0 0 0\n'),
  text('an OBJ that reads another file', 'model.obj', 'model.external_reference', () => 'call /etc/passwd\n'),
  text('an OBJ that runs a command', 'model.obj', 'model.external_reference', () => 'csh rm -rf /\n'),
  text('a face of vertices that never come', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf 1 2 3\n'),
  text('a face from before the first vertex', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf -1 -1 -2\n'),
  text('a face of vertex 0', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf 0 0 0\n'),
  text('a face of vertex 2^64', 'model.obj', 'model.corrupt', () => `v 0 0 0\nf 1 1 ${2n ** 64n}\n`),
  text('a face of two corners', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf 1 1\n'),
  text('a face of words', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf a b c\n'),
  text('a corner of four indices', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf 1/1/1/1 1 1\n'),
  text('a texture coordinate that never comes', 'model.obj', 'model.corrupt', () => 'v 0 0 0\nf 1/1 1 1\n'),
  text('a vertex that is no number', 'model.obj', 'model.corrupt', () => 'v nan 0 0\n'),
  text('a vertex that is infinite', 'model.obj', 'model.corrupt', () => 'v 1e999 0 0\n'),
  text('a vertex of 500 digits', 'model.obj', 'model.corrupt', () => `v ${'9'.repeat(500)} 0 0\n`),
  text('a vertex of two numbers', 'model.obj', 'model.corrupt', () => 'v 0 0\n'),
  text(
    'an OBJ that turns binary',
    'model.obj',
    'model.corrupt',
    () => `v 0 0 0\n${'#\n'.repeat(40_000)}\u0000\u0001`,
  ),
  text('an OBJ of one line', 'model.obj', 'model.too_complex', () => 'v 0 0 0 '.repeat(100_000)),
  text('an OBJ of one continued line', 'model.obj', 'model.too_complex', () => '\\\n'.repeat(1_000_000)),
  text('an OBJ of many materials', 'model.obj', 'model.too_complex', () =>
    Array.from({ length: 50_000 }, (_, i) => `usemtl ${i}\n`).join(''),
  ),
  text('an STL that is neither text nor of a binary length', 'model.stl', 'model.corrupt', () => 'hello'),
  text('a text STL that is cut off', 'model.stl', 'model.corrupt', () => 'solid a\nfacet normal 0 0 1\n'),
  text(
    'a text STL of other words',
    'model.stl',
    'model.corrupt',
    () => 'solid a\nfacet abnormal 0 0 1\nendsolid\n',
  ),
  text(
    'a text STL within another',
    'model.stl',
    'model.corrupt',
    () => 'solid a\nsolid b\nendsolid\nendsolid\n',
  ),
  text('a text STL with an infinite corner', 'model.stl', 'model.corrupt', () =>
    textStl([1]).toString().replace('vertex 1', 'vertex inf'),
  ),
  {
    name: 'an STL of 2^32 - 1 triangles',
    path: 'model.stl',
    code: 'model.corrupt',
    bytes: () => {
      const bytes = binaryStl(2);
      bytes.writeUInt32LE(2 ** 32 - 1, 80);
      return bytes;
    },
  },
  {
    name: 'an STL with bytes behind',
    path: 'model.stl',
    code: 'model.corrupt',
    bytes: () => Buffer.concat([binaryStl(1), Buffer.alloc(1)]),
  },
  {
    name: 'a binary STL with a corner that is no number',
    path: 'model.stl',
    code: 'model.corrupt',
    bytes: () => {
      const bytes = binaryStl(3);
      bytes.writeFloatLE(Number.NaN, 84 + 50 + 44);
      return bytes;
    },
  },
];

/** Models that name files outside of the upload, in a GLB and in places of their own. */
export function leavingModels(canary: string, further: readonly string[] = []): HostileModel[] {
  return [...LEAVING_URIS, ...further]
    .map((uri) => uri.replace('%s', canary))
    .flatMap((uri) => {
      const named = JSON.stringify(uri.slice(0, 60));
      const model = (name: string, changes: Changes): HostileModel => ({
        name: `${name} ${named}`,
        path: 'model.glb',
        code: 'model.external_reference',
        bytes: () => glbBytes(aGltf({}, changes)),
      });
      return [
        model('an image', { 'images.0.uri': uri }),
        model('a buffer', { 'buffers.+': { byteLength: 4, uri } }),
        model('an extension', { extensions: { KHR_audio: { audio: [{ uri }] } } }),
      ];
    });
}

export const HOSTILE_MODELS: readonly HostileModel[] = [
  ...HOSTILE_CONTAINERS,
  ...HOSTILE_JSON,
  ...HOSTILE_DOCUMENTS,
  ...HOSTILE_TEXT,
];
