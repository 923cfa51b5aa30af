import { wordsOfField, type IndexedField } from '../../domain/search/document-words.ts';
import type { SearchDocument } from '../../domain/search/search-index.ts';

interface FieldWeight {
  readonly field: IndexedField;
  readonly weight: number;
  /** How many words a field of average length has: a constant, so that the corpus has no say in it. */
  readonly averageLength: number;
  /** How much a longer field weighs less, from 0 to 1. */
  readonly lengthPenalty: number;
}

const FIELDS: readonly FieldWeight[] = [
  { field: 'name', weight: 3, averageLength: 4, lengthPenalty: 0.25 },
  { field: 'tags', weight: 2, averageLength: 6, lengthPenalty: 0.15 },
  { field: 'description', weight: 1, averageLength: 40, lengthPenalty: 0.2 },
  { field: 'file_words', weight: 1, averageLength: 60, lengthPenalty: 0.2 },
];
/** Where repetition stops to count: half of the highest impact. */
const SATURATION = 6;
const MAX_IMPACT = 255;

/**
 * How much each word says of a document, from 1 to 255: BM25F without the corpus, so that it stays what it is
 * while other documents come and go.
 */
export function impactsOf(document: SearchDocument): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { field, weight, averageLength, lengthPenalty } of FIELDS) {
    const words = wordsOfField(document, field);
    const share = weight / (1 - lengthPenalty + (lengthPenalty * words.length) / averageLength);
    for (const word of words) weights.set(word, (weights.get(word) ?? 0) + share);
  }
  for (const [word, weight] of weights) {
    weights.set(word, Math.max(1, Math.round((MAX_IMPACT * weight) / (weight + SATURATION))));
  }
  return weights;
}
