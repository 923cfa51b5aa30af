import { newId } from '@cairn/shared/ids';
import { describe, expect, it } from 'vitest';
import { aDeclaration } from '../../testing/builders.ts';
import { memoryIngest } from '../../testing/memory-ingest.ts';
import type { StateFilter } from './list-uploads.ts';

describe("a list of one's own uploads", () => {
  async function fiveUploads() {
    const h = memoryIngest();
    const owner = newId('user');
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      h.advance(1);
      ids.unshift((await h.declare(owner, aDeclaration())).upload.upload_id);
    }
    const aborted = ids.filter((_, i) => i % 2 === 0);
    for (const id of aborted) await h.abort(owner, id);
    async function list(state: StateFilter | undefined, limit: number): Promise<string[][]> {
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await h.list(owner, { limit, after, state });
        pages.push(page.uploads.map(({ upload }) => upload.upload_id));
        after = page.next;
      } while (after !== undefined);
      return pages;
    }
    return { ids, aborted, open: ids.filter((id) => !aborted.includes(id)), list };
  }

  it.each([1, 2, 3, 10])('holds each once, newest first, in pages of %i', async (limit) => {
    const { ids, list } = await fiveUploads();
    const pages = await list(undefined, limit);
    expect(pages.flat()).toEqual(ids);
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit);
  });

  it.each([1, 2, 3, 10])(
    'holds only those of a state where one is asked for, in pages of %i',
    async (limit) => {
      const { aborted, open, list } = await fiveUploads();
      expect((await list('aborted', limit)).flat()).toEqual(aborted);
      expect((await list('ended', limit)).flat()).toEqual(aborted);
      expect((await list('created', limit)).flat()).toEqual(open);
      expect((await list('open', limit)).flat()).toEqual(open);
      expect((await list('published', limit)).flat()).toEqual([]);
    },
  );
});
