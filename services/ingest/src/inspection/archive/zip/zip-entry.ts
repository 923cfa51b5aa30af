/** What the central directory says of an entry. */
export interface ZipEntry {
  readonly name: Uint8Array;
  /** Checked. */
  readonly path: string;
  readonly directory: boolean;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

/** The entries in the order of the directory, and in the order of the file with where each one ends. */
export interface ZipListing {
  readonly inFile: readonly { readonly entry: ZipEntry; readonly end: number; readonly index: number }[];
}

export const STORED = 0;
export const DEFLATE = 8;

export const FLAG = {
  encrypted: 1,
  descriptor: 1 << 3,
  patch: 1 << 5,
  strongEncryption: 1 << 6,
  utf8: 1 << 11,
  maskedHeaders: 1 << 13,
} as const;
