import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aGltf, glbBytes, gltfBytes } from '../../testing/models/gltf-documents.ts';
import { probeModel } from '../../testing/models/probe-model.ts';
import { binaryStl, objBytes, textStl } from '../../testing/models/text-models.ts';

const counts = fc.record({
  meshes: fc.nat(8),
  triangles: fc.nat(20),
  materials: fc.nat(5),
  textures: fc.nat(5),
  animations: fc.nat(4),
});
const objCounts = fc.record({
  objects: fc.integer({ min: 1, max: 6 }),
  faces: fc.array(fc.integer({ min: 3, max: 12 }), { minLength: 1, maxLength: 6 }),
  materials: fc.nat(5),
});

const VALID = [
  ['model.glb', glbBytes(aGltf())],
  ['model.gltf', gltfBytes(aGltf())],
  ['model.obj', objBytes()],
  ['model.stl', binaryStl(3)],
  ['model.stl', textStl([1, 2])],
] as const;
const valid = fc.constantFrom(...VALID);

const TOKENS: Uint8Array[] = [
  '-1',
  '1e999',
  '9007199254740993',
  '"',
  '[',
  '}',
  '\n',
  '\r',
  '\\\n',
  '/',
  '\\',
  '..',
  '\u0000',
  'null',
].map((token) => Buffer.from(token));

/** Bytes that are overwritten, cut out or put in twice: what a fuzzer does first. */
const mutations = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom('overwrite', 'cut', 'repeat'),
    bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.constantFrom(...TOKENS)),
  }),
  { minLength: 1, maxLength: 6 },
);

function mutate(
  bytes: Uint8Array,
  changes: typeof mutations extends fc.Arbitrary<infer T> ? T : never,
): Buffer {
  let mutated = Buffer.from(bytes);
  for (const { at, kind, bytes: put } of changes) {
    const start = Math.floor(at * mutated.length);
    const before = mutated.subarray(0, start);
    const after = mutated.subarray(start + put.length);
    if (kind === 'overwrite') mutated = Buffer.concat([before, put, after]);
    else if (kind === 'cut') mutated = Buffer.concat([before, after]);
    else mutated = Buffer.concat([mutated.subarray(0, start + put.length), mutated.subarray(start)]);
  }
  return mutated;
}

const PARTS = `asset scenes scene nodes meshes accessors bufferViews buffers images
  textures materials samplers skins animations cameras extensions extensionsRequired nodes.0
  meshes.0 meshes.0.primitives.0 meshes.0.primitives.0.attributes accessors.0 accessors.0.sparse bufferViews.0 buffers.0 images.0 textures.0
  materials.0 animations.0 images.0.uri animations.0.channels.0 animations.0.samplers.0 buffers.0.extensions accessors.0.count`.split(
  /\s+/,
);

describe('models, whatever they are', { timeout: 30_000 }, () => {
  it('have the counts they were made with', () => {
    fc.assert(
      fc.property(counts, (made) => {
        const expected = { ...made, triangles: made.meshes * made.triangles, references: [] };
        expect(probeModel({ path: 'a.glb', bytes: glbBytes(aGltf(made)) })).toEqual({
          format: 'glb',
          ...expected,
        });
        expect(probeModel({ path: 'a.gltf', bytes: gltfBytes(aGltf(made)) })).toEqual({
          format: 'gltf',
          ...expected,
        });
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(objCounts, (made) => {
        const triangles = made.objects * made.faces.reduce((sum, corners) => sum + corners - 2, 0);
        const { objects: meshes, materials } = made;
        expect(probeModel({ path: 'a.obj', bytes: objBytes(made) })).toMatchObject({
          meshes,
          materials,
          triangles,
        });
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }), (solids) => {
        const triangles = solids.reduce((sum, each) => sum + each, 0);
        expect(probeModel({ path: 'a.stl', bytes: textStl(solids) })).toMatchObject({
          meshes: solids.length,
          triangles,
        });
        expect(probeModel({ path: 'a.stl', bytes: binaryStl(triangles) })).toMatchObject({
          meshes: 1,
          triangles,
        });
      }),
    );
  });

  it('are judged the same in pieces of any size', () => {
    for (const [path, bytes] of VALID) {
      expect(probeModel({ path, bytes, pieceBytes: 1 })).toEqual(probeModel({ path, bytes }));
    }
    fc.assert(
      fc.property(
        valid,
        mutations,
        fc.integer({ min: 1, max: 100 }),
        ([path, bytes], changes, pieceBytes) => {
          const mutated = mutate(bytes, changes);
          expect(probeModel({ path, bytes: mutated, pieceBytes })).toEqual(
            probeModel({ path, bytes: mutated }),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are accepted or refused with a code, and nothing else is thrown', () => {
    fc.assert(
      fc.property(valid, mutations, ([path, bytes], changes) => {
        const said = probeModel({ path, bytes: mutate(bytes, changes) });
        const names = typeof said === 'string' ? [] : said.references;
        // A name may begin with two dots; no step of a path may be them.
        const leadsAway = (name: string) => name.split('/').some((step) => ['', '.', '..'].includes(step));
        expect(names.filter(leadsAway)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('are refused with a code when their JSON is any JSON', () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    const part = fc.constantFrom(...PARTS);
    fc.assert(
      fc.property(part, anything, (path, value) => {
        expect(() =>
          probeModel({ path: 'a.glb', bytes: glbBytes(aGltf({}, { [path]: value })) }),
        ).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });
});
