/** The three places where objects lie: what clients put, private copies, derived pictures. */
export type Shelf = 'incoming' | 'copies' | 'pictures';

export interface ListedObject {
  readonly key: string;
  readonly modifiedAt: string;
}

/** A sending in parts that was neither completed nor aborted. */
export interface ListedSending {
  readonly key: string;
  readonly storeId: string;
  readonly begunAt: string;
}

/** Looks along the shelves, a page at a time in the order of the keys, and takes away what it is told. */
export interface ObjectInventory {
  objects(
    shelf: Shelf,
    after: string | undefined,
  ): Promise<{ objects: ListedObject[]; next: string | undefined }>;
  sendings(after: string | undefined): Promise<{ sendings: ListedSending[]; next: string | undefined }>;
  /** Every key below a prefix, which ends with a slash. */
  keysBelow(shelf: Shelf, prefix: string): Promise<ReadonlySet<string>>;
  /** The upload that a private copy was made for; undefined when it does not say, or is gone. */
  uploadOfCopy(key: string): Promise<string | undefined>;
  remove(shelf: Shelf, keys: readonly string[]): Promise<void>;
  abortSending(sending: ListedSending): Promise<void>;
}
