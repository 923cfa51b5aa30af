/** What one page brought. */
export interface PageLooked {
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
  readonly looked: number;
  /** What nobody named and is gone now, or what was leaked and is back. */
  readonly mended: number;
}

/** One kind of thing that is looked through page by page, from the beginning to the end, again and again. */
export interface SlowPass {
  readonly name: string;
  lookAtPage(after: string | undefined): Promise<PageLooked>;
}

/** Where a pass goes on, and not before when. */
export interface Place {
  readonly after: string | undefined;
  readonly notBefore: string;
}

/** Remembers the place of each pass across restarts; two that write it at once only repeat a page. */
export interface PassProgress {
  find(pass: string): Promise<Place | undefined>;
  keep(pass: string, place: Place): Promise<void>;
}
