import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { isSpace, keywordOf, Lines, textOf } from './lines.ts';
import { countCorners, countNumbers } from './obj-numbers.ts';
import { References } from './references.ts';
import { corrupt, externalReference, tooComplex } from './refuse.ts';
import type { ModelSubject } from './subject.ts';

const MAX_NAME = 1024;
const MAX_MATERIALS = 10_000;
const HASH = 0x23;
const LETTER_F = 0x66;
const LETTER_L = 0x6c;
const LETTER_N = 0x6e;
const LETTER_P = 0x70;
const LETTER_T = 0x74;
const LETTER_V = 0x76;

/** In the order of `f 1/2/3`, and how many numbers each has at least. */
const TABLES = ['v', 'vt', 'vn'] as const;
const LEAST_NUMBERS = [3, 1, 3] as const;

/** Wavefront OBJ, line by line. Indices may name what comes later in the file, and nothing that is not there. */
export function objProbe({ path }: Pick<ModelSubject, 'path'>): ContentProbe<ModelFacts> {
  const references = new References(path);
  const counts = [0, 0, 0];
  const highest = [0, 0, 0];
  const materials = new Set<string>();
  let objects = 0;
  let triangles = 0;

  /** Whether it was one of the lines that come by the million, or nothing. */
  function numbers(bytes: Buffer, lineStart: number, end: number): boolean {
    let start = lineStart;
    while (start < end && isSpace(bytes[start])) start += 1;
    if (start === end || bytes[start] === HASH) return true;
    if (start + 2 > end) return false;
    const [first, second] = [bytes[start], bytes[start + 1]];
    if (first === LETTER_V) {
      const table = isSpace(second) ? 0 : second === LETTER_T ? 1 : second === LETTER_N ? 2 : undefined;
      const from = start + (table === 0 ? 1 : 2);
      if (table === undefined || (from < end && !isSpace(bytes[from]))) return false;
      if (countNumbers(bytes, from, end) < (LEAST_NUMBERS[table] ?? 0))
        throw corrupt('a coordinate is missing');
      counts[table] = (counts[table] ?? 0) + 1;
      return true;
    }
    if ((first !== LETTER_F && first !== LETTER_L && first !== LETTER_P) || !isSpace(second)) return false;
    const corners = countCorners(bytes, start + 1, end, { counts, highest });
    if (corners < (first === LETTER_F ? 3 : 1)) throw corrupt(`a face of ${corners} corners`);
    if (first === LETTER_F) triangles += corners - 2;
    return true;
  }

  function statement(keyword: string, rest: string): void {
    if (keyword === 'o') objects += 1;
    else if (keyword !== 'usemtl') addNames(keyword, rest, references);
    else {
      if (rest.length > MAX_NAME) throw tooComplex('a name is too long');
      materials.add(rest);
      if (materials.size > MAX_MATERIALS) throw tooComplex('too many materials');
    }
  }

  const unjoined = new References(path);
  const lines = new Lines({
    line(bytes, start, end) {
      if (!numbers(bytes, start, end)) statement(...keywordOf(textOf(bytes, start, end)));
    },
    piece: (bytes, start, end) => addNames(...keywordOf(textOf(bytes, start, end)), unjoined),
  });

  return {
    push: (chunk) => lines.push(chunk),
    end() {
      lines.end();
      const [vertices = 0] = counts;
      if (vertices === 0) throw corrupt('there are no vertices');
      for (const [table, name] of TABLES.entries()) {
        const index = highest[table] ?? 0;
        if (index > (counts[table] ?? 0)) throw corrupt(`an index of ${index} into ${name}`);
      }
      return {
        format: 'obj',
        meshes: Math.max(1, objects),
        triangles,
        materials: materials.size,
        textures: 0,
        animations: 0,
        references: references.list(),
      };
    },
  };
}

/** The statements that name other files. */
function addNames(keyword: string, rest: string, references: References): void {
  switch (keyword) {
    case 'mtllib':
    case 'maplib':
      // Several names may follow each other, and a name may hold spaces.
      for (const name of rest.split(/(?<=\.(?:mtl|map))\s+/i)) references.addName(name);
      break;
    case 'shadow_obj':
    case 'trace_obj':
      references.addName(rest);
      break;
    case 'call':
    case 'csh':
      // They read another file into this one, and run a command.
      throw externalReference(`${keyword} ${rest}`);
    default:
  }
}
