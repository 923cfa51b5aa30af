import type { UploadRepository } from '../ports.ts';
import { isFinal, SHOWN_STATES, shownState } from './shown-state.ts';
import { isDeclared, type Upload, type UploadFile } from '../upload.ts';

export interface UploadPage {
  readonly uploads: readonly { readonly upload: Upload; readonly files: readonly UploadFile[] }[];
  /** Opaque; undefined on the last page. */
  readonly next: string | undefined;
}

/** One state, or all that are not final (`open`) or that are (`ended`). */
export const STATE_FILTERS = [...SHOWN_STATES, 'open', 'ended'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

export type ListUploads = (
  userId: string,
  page: { limit: number; after: string | undefined; state?: StateFilter | undefined },
) => Promise<UploadPage>;

/** The index does not know states: so many pages of it are looked through for one page of a filtered list. */
const MOST_INDEX_PAGES = 5;

/** A user's own uploads, newest first. The index only says which; the uploads are read as they are now. */
export function listUploads({ uploads }: { uploads: UploadRepository }): ListUploads {
  return async (userId, { limit, after, state }) => {
    const listed: UploadPage['uploads'][number][] = [];
    let next = after;
    for (let pages = 0; pages < MOST_INDEX_PAGES && listed.length < limit; pages += 1) {
      const page = await uploads.ofUser(userId, { limit: limit - listed.length, after: next });
      const found = await Promise.all(page.ids.map((id) => uploads.findWhole(id)));
      for (const whole of found) {
        if (whole?.upload.user_id !== userId || !isDeclared(whole.upload)) continue;
        if (isInState(whole, state)) listed.push(whole);
      }
      next = page.next;
      if (next === undefined) break;
    }
    return { uploads: listed, next };
  };
}

function isInState(
  { upload, files }: UploadPage['uploads'][number],
  filter: StateFilter | undefined,
): boolean {
  const state = shownState(upload, files);
  if (filter === 'open') return !isFinal(state);
  if (filter === 'ended') return isFinal(state);
  return filter === undefined || state === filter;
}
