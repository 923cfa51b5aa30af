import type { ContentProbe } from '../content-probe.ts';
import { keywordOf, Lines, textOf } from './lines.ts';
import { References } from './references.ts';
import { externalReference } from './refuse.ts';
import type { ModelSubject } from './subject.ts';

/** What a material library of an OBJ holds. */
export interface MaterialFacts {
  readonly materials: number;
  /** Relative to the library's own folder. */
  readonly references: readonly string[];
}

const TEXTURE = /^(?:map_\w+|bump|disp|decal|refl|norm)$/;
/** Options before the file's name, and how many words follow each at most; only numbers count beyond the first. */
const OPTIONS: Readonly<Record<string, number>> = {
  '-blendu': 1,
  '-blendv': 1,
  '-bm': 1,
  '-boost': 1,
  '-cc': 1,
  '-clamp': 1,
  '-imfchan': 1,
  '-mm': 2,
  '-o': 3,
  '-s': 3,
  '-t': 3,
  '-texres': 1,
  '-type': 1,
};

/** Checks that the pictures a material library names lie within the upload. It is no model by itself. */
export function mtlProbe({ path }: Pick<ModelSubject, 'path'>): ContentProbe<MaterialFacts> {
  const references = new References(path);
  const unjoined = new References(path);
  let materials = 0;
  const lines = new Lines({
    line(bytes, start, end) {
      const [keyword, rest] = keywordOf(textOf(bytes, start, end));
      if (keyword === 'newmtl') materials += 1;
      else addNames(keyword, rest, references);
    },
    piece: (bytes, start, end) => addNames(...keywordOf(textOf(bytes, start, end)), unjoined),
  });
  return {
    push: (chunk) => lines.push(chunk),
    end() {
      lines.end();
      return { materials, references: references.list() };
    },
  };
}

function addNames(keyword: string, rest: string, references: References): void {
  if (TEXTURE.test(keyword) && rest !== '') references.addName(withoutOptions(rest));
}

function withoutOptions(text: string): string {
  let rest = text;
  for (;;) {
    const [option, after] = keywordOf(rest);
    const words = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
    if (words === undefined) return rest;
    rest = after;
    for (let i = 0; i < words; i += 1) {
      const [word, next] = keywordOf(rest);
      if (i > 0 && !/^[+-]?[0-9.]/.test(word)) break;
      // A reader that does not know the option would take this for the name.
      if (!/^[a-z0-9+-][a-z0-9.+-]*$/.test(word) || word.includes('..')) throw externalReference(text);
      rest = next;
    }
  }
}
