import type { ArchiveEntry, ArchiveFacts, Finding } from '../domain/inspecting/findings.ts';
import type { Role } from '../domain/upload.ts';

/*
 * What the parent and the inspection child say to each other over the structured-clone IPC channel, one job
 * at a time. The bytes of the whole file, if the child asks for them, come through a pipe of their own.
 */
export const CONTENT_FD = 4;

/** Of every file the child is told its first bytes, without asking. */
export const HEAD_BYTES = 65_536;

/** Entries of an archive come in batches, so that the parent never parses all of them at one go. */
export const ENTRIES_PER_MESSAGE = 500;

export interface InspectionJob {
  readonly id: number;
  readonly role: Role;
  readonly path: string;
  readonly size: number;
  readonly declaredType: string;
  readonly acceptPrograms: boolean;
  /** The child has the memory that a picture of any coding may take. */
  readonly roomy: boolean;
  readonly head: Uint8Array;
}

export type ToChild =
  | { readonly type: 'job'; readonly job: InspectionJob }
  | { readonly type: 'bytes'; readonly read: number; readonly bytes: Uint8Array }
  /** The store did not give them. */
  | { readonly type: 'unreadable'; readonly read: number };

type Accepted = Extract<Finding, { outcome: 'accepted' }>;

/** A finding whose archive's entries were sent before it. */
export type SentFinding =
  | (Omit<Accepted, 'archive'> & {
      readonly archive?: (Omit<ArchiveFacts, 'entries'> & { readonly entries: number }) | undefined;
    })
  | Extract<Finding, { outcome: 'rejected' }>;

export type FromChild =
  | { readonly type: 'ready' }
  | {
      readonly type: 'read';
      readonly job: number;
      readonly read: number;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly type: 'stream'; readonly job: number }
  | { readonly type: 'entries'; readonly job: number; readonly entries: readonly ArchiveEntry[] }
  | { readonly type: 'finding'; readonly job: number; readonly finding: SentFinding }
  /** It is to be done by a child that is roomy. */
  | { readonly type: 'needs_room'; readonly job: number }
  | { readonly type: 'fault'; readonly job: number };
