import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { isNumber, keywordOf, Lines, textOf } from './lines.ts';
import { corrupt, refusing } from './refuse.ts';
import type { ModelSubject } from './subject.ts';

const HEADER = 84;
const TRIANGLE = 50;

/**
 * Binary or text? Many programs start binary files with `solid` too, so the length decides: no text of less
 * than 7 GB can have the bytes of a fitting count.
 */
export function stlProbe({ size, head }: ModelSubject): ContentProbe<ModelFacts> {
  const looksLikeText = /^\s*solid/i.test(Buffer.from(head.subarray(0, HEADER)).toString('latin1'));
  return looksLikeText && !hasBinaryLength(head, size) ? textStl() : binaryStl(size, head);
}

function hasBinaryLength(head: Uint8Array, size: number): boolean {
  return head.length >= HEADER && HEADER + TRIANGLE * countOf(head) === size;
}

const countOf = (head: Uint8Array): number =>
  new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(80, true);

const factsOf = (meshes: number, triangles: number): ModelFacts => ({
  format: 'stl',
  meshes,
  triangles,
  materials: 0,
  textures: 0,
  animations: 0,
  references: [],
});

function binaryStl(size: number, head: Uint8Array): ContentProbe<ModelFacts> {
  if (!hasBinaryLength(head, size))
    return refusing(corrupt('the length does not fit the number of triangles'));
  const triangles = countOf(head);
  let offset = 0;
  let low = 0;
  return {
    push(chunk) {
      for (
        let i = Math.max(0, HEADER - offset), at = offset + i - HEADER;
        i < chunk.length;
        i += 1, at += 1
      ) {
        const within = at % TRIANGLE;
        // Three corners of three floats follow the normal, which exporters leave undefined often enough.
        if (within < 12 || within >= 48) continue;
        const byte = chunk[i] ?? 0;
        if (within % 4 === 2) low = byte;
        else if (within % 4 === 3 && (byte & 0x7f) === 0x7f && low >= 0x80)
          throw corrupt('a corner that is no number');
      }
      offset += chunk.length;
    },
    end() {
      if (offset !== size) throw corrupt('cut off');
      return factsOf(1, triangles);
    },
  };
}

const NORMAL = Symbol('a number of a normal');
const NUMBER = Symbol('a finite number');
const vertex = ['vertex', NUMBER, NUMBER, NUMBER];
const loop = ['outer', 'loop', ...vertex, ...vertex, ...vertex, 'endloop'];
const FACET = ['facet', 'normal', NORMAL, NORMAL, NORMAL, ...loop, 'endfacet'];

function textStl(): ContentProbe<ModelFacts> {
  let solids = 0;
  let triangles = 0;
  let inSolid = false;
  let expected = 0;

  function word(text: string): void {
    const next = FACET[expected];
    const fits = next === NUMBER ? isNumber(text) : next === NORMAL || text.toLowerCase() === next;
    if (!inSolid || !fits) throw corrupt('not the words of an STL');
    expected = (expected + 1) % FACET.length;
    if (expected === 0) triangles += 1;
  }

  const lines = new Lines({
    line(bytes, start, end) {
      const text = textOf(bytes, start, end);
      if (text === '') return;
      const [keyword] = keywordOf(text);
      if (keyword !== 'solid' && keyword !== 'endsolid') {
        for (const each of text.split(/\s+/)) word(each);
        return;
      }
      // The rest of these two lines is a name.
      if (expected !== 0 || inSolid === (keyword === 'solid')) throw corrupt('not the words of an STL');
      inSolid = keyword === 'solid';
      if (inSolid) solids += 1;
    },
  });

  return {
    push: (chunk) => lines.push(chunk),
    end() {
      lines.end();
      if (inSolid || solids === 0) throw corrupt('cut off');
      return factsOf(solids, triangles);
    },
  };
}
