import { expect } from 'vitest';
import type {
  FacetRequest,
  IndexChange,
  SearchCriteria,
  SearchDocument,
  SearchIndex,
} from '../domain/search/search-index.ts';
import { aDocument } from './builders.ts';

export const put = (document: SearchDocument): IndexChange => ({ type: 'put', document });

export type MakeIndex = () => SearchIndex;

/** An index that holds these, and what it answers. */
export async function holding(makeIndex: MakeIndex, documents: readonly Partial<SearchDocument>[]) {
  const index = makeIndex();
  await index.apply(documents.map((each) => put(aDocument(each))));
  const find = async (criteria: Partial<SearchCriteria>) => {
    const { hits, total } = await index.search({ tags: [], sort: 'name', ...criteria }, { limit: 1_000 });
    expect(total).toBe(hits.length);
    return hits.map((hit) => hit.asin);
  };
  const facets = async (criteria: Partial<SearchCriteria>, request: FacetRequest) => {
    const page = { limit: 0, facets: request };
    return (await index.search({ tags: [], sort: 'name', ...criteria }, page)).facets;
  };
  return { index, find, facets };
}
