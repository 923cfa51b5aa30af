import type { Kind } from '@cairn/shared/fields/kinds';
import type { ImageRecord } from '@cairn/shared/records/asset-record';
import type { ArchiveSummary, NativeCodeSummary } from '@cairn/shared/records/release-record';
import type { Origin } from '@cairn/shared/telemetry/origin';
import type { MaterialLibrary, ModelFacts } from './inspecting/findings.ts';
import type { Refusal } from './refusals.ts';

/** Where an upload's item stands. What the receipt calls created, uploading and inspecting is `open`. */
export type StoredState =
  | 'declaring'
  | 'open'
  | 'failed'
  | 'publishing'
  | 'published'
  | 'rejected'
  | 'expired'
  | 'aborted'
  | 'withdrawn';

/**
 * `declaring` is nobody's yet: its quota is being reserved, and whoever declares it has heard nothing. Nobody
 * is shown it, and where the declaration was cut off the sweep removes it.
 * `failed` is ours: it is tried again, so everything that can follow `open` can follow it. From `publishing`
 * on the record may be visible, so nobody can abort the upload or let it expire any more; it ends published,
 * refused by the catalog, or `withdrawn` because its user is gone.
 */
export const TRANSITIONS = {
  declaring: ['open', 'rejected', 'expired', 'aborted'],
  open: ['failed', 'publishing', 'rejected', 'expired', 'aborted'],
  failed: ['failed', 'publishing', 'rejected', 'expired', 'aborted'],
  publishing: ['published', 'rejected', 'withdrawn'],
  published: [],
  rejected: [],
  expired: [],
  aborted: [],
  withdrawn: [],
} as const satisfies Record<StoredState, readonly StoredState[]>;

export function canBecome(from: StoredState, to: StoredState): boolean {
  return (TRANSITIONS[from] as readonly StoredState[]).includes(to);
}

/** Whether it is told to its user. */
export const isDeclared = ({ state }: { readonly state: StoredState }): boolean => state !== 'declaring';

export const isOpen = (state: StoredState): boolean => TRANSITIONS[state].length > 0;

export type Role = 'file' | 'picture';

/** What the owner says of the asset; it becomes the record when the upload is published. */
export interface DeclaredAsset {
  readonly name: string;
  readonly description: string;
  readonly kind: Kind;
  readonly tags: readonly string[];
  readonly license: string;
}

export interface Upload {
  readonly upload_id: string;
  readonly user_id: string;
  /** Given at declaration, so that every try to publish writes the same items. */
  readonly asin: string;
  readonly release_id: string;
  readonly event_id: string;
  /** Undefined when the upload is a further release, or pictures, of an asset that is published. */
  readonly asset: DeclaredAsset | undefined;
  /** Whose quota it counts against: the asset's owner's, also when a co-owner uploads. */
  readonly charged_to: string;
  /** Empty when there are pictures alone. */
  readonly version: string;
  readonly note: string;
  readonly compatible_engine_ver: readonly string[];
  readonly main_file_id: string;
  /** The upload's files are all there only when this many items are. */
  readonly file_count: number;
  readonly total_bytes: number;
  readonly state: StoredState;
  readonly created_at: string;
  /** After this an upload that is not finished expires. */
  readonly deadline: string;
  /** When the sweep looks at it next; undefined once nothing is left to do. */
  readonly due_at: string | undefined;
  readonly ended_at: string | undefined;
  /** Why the upload as a whole ended or failed; a file's own refusal is with the file. */
  readonly refusal: Refusal | undefined;
  /** Of the request that declared it: S3's events carry nothing. */
  readonly origin?: Origin | undefined;
}

export type FileState = 'waiting' | 'inspecting' | 'accepted' | 'rejected';

/** What inspection has found, in bounded size; only this is published. */
export interface FileFacts {
  /** Key of the private copy that was inspected and will be served. */
  readonly key: string;
  readonly media_type: string;
  readonly image: ImageRecord | undefined;
  readonly archive?: ArchiveSummary | undefined;
  readonly model?: ModelFacts | undefined;
  readonly material_library?: MaterialLibrary | undefined;
  readonly native_code?: NativeCodeSummary | undefined;
  /** Folded words of the paths in an archive, for search. */
  readonly words?: readonly string[] | undefined;
  /** When it was accepted. */
  readonly inspected_at?: string | undefined;
}

/** Pictures for an asset that is there: whatever is published otherwise has a file. */
export const isOfPicturesAlone = (files: readonly Pick<UploadFile, 'role'>[]): boolean =>
  files.every(({ role }) => role === 'picture');

/** A file above the threshold is sent in parts of `part_size` bytes, the last one shorter. */
export interface Multipart {
  readonly part_size: number;
  readonly part_count: number;
  readonly store_id: string | undefined;
}

export interface UploadFile {
  readonly upload_id: string;
  readonly file_id: string;
  readonly role: Role;
  /** Order in the declaration. */
  readonly position: number;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly content_type: string;
  readonly state: FileState;
  /** For files that are sent in parts: how, and the store's id of the sending once it has begun. */
  readonly multipart: Multipart | undefined;
  /** Of the newest S3 event that was acted on. */
  readonly sequencer: string | undefined;
  /** Who works on it: results are accepted from the holder of the newest lease only. */
  readonly lease: { readonly token: string; readonly until: string } | undefined;
  /** How much of it inspection has read, where that takes longer than a moment; never less than before. */
  readonly inspected_bytes: number | undefined;
  /** How many times it crashed or outlasted an inspector that could do other files. */
  readonly faults?: number | undefined;
  readonly facts: FileFacts | undefined;
  readonly refusal: Refusal | undefined;
}

export const incomingKey = (file: Pick<UploadFile, 'upload_id' | 'file_id'>): string =>
  `${file.upload_id}/${file.file_id}`;
