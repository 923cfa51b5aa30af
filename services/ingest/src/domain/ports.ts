import type { FieldError } from '@cairn/shared/errors/domain-error';
import type { QuotaUsage } from './quota.ts';
import type { Finding } from './inspecting/findings.ts';
import type { Refusal } from './refusals.ts';
import type { PartRange } from './declaring/part-plan.ts';
import type { FileFacts, Role, StoredState, Upload, UploadFile } from './upload.ts';
import type { Quota } from './limits.ts';

export interface UploadRepository {
  /** Writes the upload's own item, by which the sweep finds whatever a crash leaves of it, and its files. */
  create(upload: Upload, files?: readonly UploadFile[]): Promise<void>;
  /** The upload with its files, its own item last: one that nobody was told of, or of a deleted account. */
  remove(uploadId: string): Promise<void>;
  find(uploadId: string): Promise<Upload | undefined>;
  findFile(uploadId: string, fileId: string): Promise<UploadFile | undefined>;
  /** The upload with all of its files, in the declared order. */
  findWhole(uploadId: string): Promise<{ upload: Upload; files: UploadFile[] } | undefined>;

  /** Keeps the store's id of a file's sending in parts, if there is none yet; resolves to the one that is kept. */
  keepStoreId(file: UploadFile, storeId: string): Promise<string | undefined>;
  /**
   * Takes the file for inspection. Undefined when it is not to be had: it is done, somebody else's lease
   * still runs, or another claim won.
   */
  claimFile(
    file: UploadFile,
    claim: { token: string; until: string; now: string; sequencer: string | undefined },
  ): Promise<UploadFile | undefined>;
  /** False when the lease is lost; whoever lost it must not write any more. */
  renewLease(file: UploadFile, token: string, until: string): Promise<boolean>;
  /** How much of the file inspection has read, if the lease is still held and that is more than before. */
  recordProgress(file: UploadFile, token: string, bytes: number): Promise<void>;
  /** How many times the file did something to the inspector instead of being inspected, if the lease is held. */
  recordFaults(file: UploadFile, token: string, faults: number): Promise<void>;
  /** Gives the file back untouched, for the next try. */
  releaseLease(file: UploadFile, token: string): Promise<void>;
  /** Records what inspection found, if the lease is still held. False: it was lost, nothing was written. */
  acceptFile(file: UploadFile, token: string, facts: FileFacts): Promise<boolean>;
  rejectFile(file: UploadFile, token: string, refusal: Refusal): Promise<boolean>;

  /** One conditional write; false when the upload was not in a state that can become `to`. */
  moveTo(
    uploadId: string,
    to: StoredState,
    change: { dueAt: string | undefined; refusal?: Refusal | undefined; now: string },
  ): Promise<boolean>;
  /** Moves the sweep's date if it still is `from`: of two sweepers one wins. */
  reschedule(uploadId: string, from: string, to: string | undefined): Promise<boolean>;
  /** Ids of uploads whose date has come; eventually consistent. */
  due(now: string, limit: number): Promise<string[]>;
  /** A page of the ids of a user's uploads, newest first; eventually consistent. */
  ofUser(
    userId: string,
    page: { limit: number; after: string | undefined },
  ): Promise<{ ids: string[]; next: string | undefined }>;
}

export type Begun =
  | { readonly outcome: 'begun'; readonly abandonedUploadId: string | undefined }
  | { readonly outcome: 'done'; readonly uploadId: string }
  | { readonly outcome: 'in_progress' }
  | { readonly outcome: 'other_body' };

/** Idempotency keys of declarations, one item a user and key, for a day. */
export interface UsedKey {
  readonly uploadId: string;
  readonly state: 'in_progress' | 'done';
  /** After that the key is as good as new. */
  readonly keptUntil: Date;
}

export interface IdempotencyStore {
  begin(
    userId: string,
    key: string,
    attempt: { fingerprint: string; uploadId: string; now: string; until: string },
  ): Promise<Begun>;
  /** The attempt has its result. False: somebody took the key over. */
  finish(userId: string, key: string, uploadId: string): Promise<boolean>;
  /** The attempt was refused: the key is free again. */
  forget(userId: string, key: string, uploadId: string): Promise<void>;
  /** Which uploads a user has declared with one; the keys themselves are not stored. */
  ofUser(userId: string, now: Date): Promise<UsedKey[]>;
  /** Every key of a deleted account. */
  forgetUser(userId: string): Promise<void>;
}

export type Reservation =
  | { readonly outcome: 'reserved' }
  /** Every quota that would be exceeded, as the refusal tells it. */
  | { readonly outcome: 'exceeded'; readonly exceeded: readonly FieldError[] };

/** One item a user: what is published and what open uploads have reserved, never more than the quota. */
export interface QuotaLedger {
  usage(userId: string): Promise<QuotaUsage>;
  /** Idempotent by upload id. */
  reserve(
    userId: string,
    uploadId: string,
    wanted: { asin: string; bytes: number; assets: number },
    quota: Quota,
  ): Promise<Reservation>;
  /** The upload was published: what it had reserved now belongs to its asset. Idempotent. */
  settle(userId: string, uploadId: string): Promise<void>;
  /**
   * The upload ended otherwise: gives back what it had reserved. Idempotent. The asset itself stays counted
   * while others of its uploads are held or reserved: then it was published once, and `returnAsset` ends that.
   */
  release(userId: string, uploadId: string): Promise<void>;
  /**
   * The asset is a tombstone: gives back what it holds. Idempotent. Does nothing while uploads of the asset
   * have something reserved, and resolves to their ids; whoever ends the last of them calls it again.
   */
  returnAsset(userId: string, asin: string): Promise<readonly string[]>;
  /**
   * Of the asset, releases and pictures of `bytes` in all, ever, are removed: gives back what of that was not
   * given back before, so it can be said again, and out of order. False: nothing of the asset is settled yet,
   * so it must be said again later.
   */
  returnRemoved(userId: string, asin: string, bytes: number): Promise<boolean>;
  /** Removes the ledger of a deleted account; false while uploads have something reserved in it. */
  close(userId: string): Promise<boolean>;
  /** A page of the ledgers, each with what its reservations are for and which assets it counts. */
  page(after: string | undefined): Promise<{ ledgers: LedgerEntries[]; next: string | undefined }>;
}

export interface LedgerEntries {
  readonly userId: string;
  readonly uploadIds: readonly string[];
  readonly asins: readonly string[];
}

export interface ReceivedPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

export interface StoredObject {
  readonly sizeBytes: number;
  readonly etag: string;
}

export interface PutInstruction {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

/** Bucket `incoming`: what clients send, under keys that a URL can still write to. */
export interface IncomingStore {
  presignPut(file: UploadFile, lifetimeSeconds: number): Promise<PutInstruction>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Copies the object to a private key; undefined when it is gone or not the one with this ETag any more. */
  copyToAssets(
    key: string,
    etag: string,
    assetKey: string,
    signal?: AbortSignal,
  ): Promise<StoredObject | undefined>;
  remove(key: string): Promise<void>;
  /** Objects, and the parts of files that were never completed. */
  removePrefix(prefix: string): Promise<void>;

  /** Begins the sending of a file in parts; resolves to the store's id of it. */
  beginParts(file: UploadFile): Promise<string>;
  presignPart(
    file: UploadFile,
    storeId: string,
    part: PartRange,
    lifetimeSeconds: number,
  ): Promise<PutInstruction>;
  /** The parts that have arrived, in order; undefined when the sending was completed or aborted. */
  receivedParts(file: UploadFile, storeId: string): Promise<ReceivedPart[] | undefined>;
  /** Makes the object of the parts. False when the sending was completed or aborted before. */
  completeParts(file: UploadFile, storeId: string, parts: readonly ReceivedPart[]): Promise<boolean>;
  abortParts(file: UploadFile, storeId: string): Promise<void>;
}

/** Buckets `assets` and `media`: private copies and derived pictures. */
export interface AssetStore {
  read(key: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Exactly these bytes of a copy. */
  readRange(key: string, offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** The listing of an archive, beside its copy; `uploadId` as with the copy itself. */
  putManifest(key: string, ndjson: Uint8Array, uploadId: string): Promise<void>;
  putPicture(key: string, webp: Uint8Array): Promise<void>;
  removeCopy(key: string): Promise<void>;
  /** Private copies below a prefix, which ends with a slash, except the named keys. */
  removeCopies(prefix: string, keep?: ReadonlySet<string>): Promise<void>;
  /** Derived pictures below a prefix, which ends with a slash, except the named keys. */
  removePictures(prefix: string, keep?: ReadonlySet<string>): Promise<void>;
}

/** A private copy that is to be inspected, and how it is read. */
export interface FileToInspect {
  /** Who sent it, with whom nobody else's inspections compete for long. */
  readonly userId?: string | undefined;
  readonly role: Role;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly declaredType: string;
  /** Exactly these bytes. */
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** All of it, front to back. */
  stream(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface Inspector {
  /** Throws `InspectionFault` when it cannot tell; then nothing is published (I1). */
  inspect(file: FileToInspect, signal: AbortSignal): Promise<Finding>;
}

/** Is told how long a stage took: from an ISO time until a moment. */
export type NoteStage = (stage: 'arrival' | 'inspection' | 'publication', from: string, to: Date) => void;

/** Asks the worker to look at a file of which no event came, or whose inspection did not end. */
export type RequestSecondLook = (incomingKey: string) => Promise<void>;
