import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { highlighter, type Highlight } from './highlight.ts';

/** A text, or a part of one, with what matched in it. */
export interface Fragment {
  readonly field: 'name' | 'tags' | 'description';
  readonly text: string;
  readonly highlights: readonly Highlight[];
}

export const FRAGMENT_LIMITS = {
  /** Characters of a description that are looked at. */
  searched: 1_000,
  /** Parts of a description that are shown. */
  shown: 3,
  before: 60,
  after: 120,
} as const;

type Described = Pick<PublishedAsset, 'name' | 'tags' | 'description'>;

/**
 * Tells why an asset was found: its name, each of its tags and parts of its description, as far as they match.
 * Names of files in archives are not among them: memory has none.
 */
export function fragmentsFor(query: string, tolerant: boolean): (asset: Described) => Fragment[] {
  const highlight = highlighter(query, tolerant);
  const marked = (field: Fragment['field'], text: string): Fragment[] => {
    const highlights = highlight(text);
    return highlights.length === 0 ? [] : [{ field, text, highlights }];
  };
  return ({ name, tags, description }) => {
    const begin = description.slice(0, FRAGMENT_LIMITS.searched);
    return [
      ...marked('name', name),
      ...tags.flatMap((tag) => marked('tags', tag)),
      ...partsOf(begin, highlight(begin)),
    ];
  };
}

function partsOf(text: string, highlights: readonly Highlight[]): Fragment[] {
  const parts: Fragment[] = [];
  let shownTo = 0;
  for (const first of highlights) {
    if (parts.length === FRAGMENT_LIMITS.shown) break;
    if (first.start < shownTo) continue;
    const from = beginning(text, Math.max(shownTo, first.start - FRAGMENT_LIMITS.before), first.start);
    shownTo = end(text, Math.min(text.length, first.end + FRAGMENT_LIMITS.after), first.end);
    parts.push({
      field: 'description',
      text: text.slice(from, shownTo),
      highlights: highlights
        .filter((each) => each.start >= from && each.end <= shownTo)
        .map((each) => ({ start: each.start - from, end: each.end - from })),
    });
  }
  return parts;
}

/** Behind the first space from there on, or else at least not inside a character. */
function beginning(text: string, from: number, latest: number): number {
  if (from === 0) return 0;
  const space = text.slice(from - 1, latest).search(/\s/u);
  if (space >= 0) return from + space;
  return isLowSurrogate(text, from) ? from + 1 : from;
}

/** Before the last space up to there, or else at least not inside a character. */
function end(text: string, to: number, earliest: number): number {
  if (to === text.length) return to;
  const space = text.slice(earliest, to + 1).search(/\s\S*$/u);
  if (space >= 0) return earliest + space;
  return isLowSurrogate(text, to) ? to - 1 : to;
}

const isLowSurrogate = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
};
