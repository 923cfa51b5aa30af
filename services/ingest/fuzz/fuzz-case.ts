import type { Role } from '../src/domain/upload.ts';

/** A file as somebody might declare and send it. */
export interface FuzzCase {
  /** What it began as, and what was done to it. */
  readonly origin: string;
  readonly role: Role;
  readonly path: string;
  readonly declaredType: string;
  readonly bytes: Buffer;
}

/** Files to begin with, of one kind. */
export interface Family {
  /** These are accepted as they are, and so are some of their mutations. */
  readonly valid: readonly [FuzzCase, ...FuzzCase[]];
  /** These are refused. */
  readonly hostile: readonly FuzzCase[];
}
