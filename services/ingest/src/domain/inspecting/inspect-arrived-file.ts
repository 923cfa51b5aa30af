import { randomUUID } from 'node:crypto';
import { compareSequencers } from '@cairn/shared/events/sequencer';
import type { BeginHash } from './content-hash.ts';
import { examineCopy, removeTraces } from './examine-copy.ts';
import type { MalwareScanner } from './malware-scanner.ts';
import type { AssetStore, IncomingStore, Inspector, NoteStage, UploadRepository } from '../ports.ts';
import { refuseUninspectable } from './refuse-uninspectable.ts';
import type { SettleUpload } from '../ending/settle-upload.ts';
import { incomingKey, isOpen, type UploadFile } from '../upload.ts';
import { holdLease } from './hold-lease.ts';

export interface InspectArrivedFileDeps {
  uploads: UploadRepository;
  incoming: IncomingStore;
  assets: AssetStore;
  inspector: Inspector;
  beginHash?: BeginHash | undefined;
  /** Absent: nothing is scanned. */
  scanner?: MalwareScanner | undefined;
  settle: SettleUpload;
  leaseSeconds: number;
  noteStage?: NoteStage | undefined;
  now: () => Date;
}

/** What an S3 event says has arrived. */
export interface ArrivedFile {
  readonly uploadId: string;
  readonly fileId: string;
  readonly sequencer: string | undefined;
  /** When the store had it, where that is told. */
  readonly createdAt?: string | undefined;
}

export type InspectArrivedFile = (arrived: ArrivedFile, signal: AbortSignal) => Promise<void>;

/**
 * From "an object has arrived" to "this file is accepted or rejected"; the last file settles the upload.
 * Safe to repeat, to run twice at once and to die anywhere: what is inspected is a private copy under a key
 * of this attempt alone, and only the holder of the newest lease can make it count (I2, I3).
 */
export function inspectArrivedFile(deps: InspectArrivedFileDeps): InspectArrivedFile {
  return async (arrived, signal) => {
    const key = incomingKey({ upload_id: arrived.uploadId, file_id: arrived.fileId });
    const [upload, file, object] = await Promise.all([
      deps.uploads.find(arrived.uploadId),
      deps.uploads.findFile(arrived.uploadId, arrived.fileId),
      deps.incoming.head(key),
    ]);
    if (upload === undefined || file === undefined || !isOpen(upload.state)) {
      // Nobody declared it, or its upload has ended: a replayed PUT changes nothing that is served.
      await deps.incoming.remove(key);
      return;
    }
    if (file.state === 'accepted') await deps.incoming.remove(key);
    if (file.state === 'accepted' || file.state === 'rejected') return deps.settle(upload.upload_id);
    if (isStale(file, arrived.sequencer)) return;

    if (object === undefined) return;
    const token = randomUUID();
    const claimed = await deps.uploads.claimFile(file, {
      token,
      now: deps.now().toISOString(),
      until: leaseEnd(deps),
      sequencer: arrived.sequencer ?? file.sequencer,
    });
    // Somebody else is at it. Should they die, their own message or the sweep brings the file back.
    if (claimed === undefined) return;
    const claimedAt = deps.now();
    const arrivedAt = arrived.createdAt ?? claimedAt.toISOString();
    if (file.state === 'waiting') deps.noteStage?.('arrival', upload.created_at, new Date(arrivedAt));

    const lease = holdLease({
      renew: () => deps.uploads.renewLease(claimed, token, leaseEnd(deps)),
      everyMs: (deps.leaseSeconds * 1000) / 3,
      signal,
    });
    const copyKey = `${upload.asin}/${upload.release_id}/${file.file_id}/${token}`;
    let isCounted = false;
    try {
      const attempt = { upload, file, copyKey, token, etag: object.etag };
      const verdict = await examineCopy(deps, attempt, lease.signal).catch(async (error: unknown) => {
        await removeTraces(deps, attempt).catch(() => undefined);
        return refuseUninspectable(deps, claimed, token, error);
      });
      // From here on nothing of an accepted attempt may be removed, and a write whose answer was lost may
      // have been accepted: what nobody names is removed once the upload is over.
      const inspectedAt = deps.now();
      isCounted =
        verdict.outcome === 'rejected'
          ? await deps.uploads.rejectFile(claimed, token, verdict.refusal)
          : await deps.uploads.acceptFile(claimed, token, {
              ...verdict.facts,
              inspected_at: inspectedAt.toISOString(),
            });
      if (isCounted) deps.noteStage?.('inspection', arrivedAt, inspectedAt);
      if (!isCounted || verdict.outcome === 'rejected') await removeTraces(deps, attempt);
    } catch (error) {
      await deps.uploads.releaseLease(claimed, token).catch(() => undefined);
      throw error;
    } finally {
      lease.end();
    }
    // The object is nobody's any more, and the upload does not wait for it to go.
    await Promise.all([deps.settle(upload.upload_id), isCounted ? deps.incoming.remove(key) : undefined]);
  };
}

/** An event that is older than the one acted on last says nothing new. */
function isStale(file: UploadFile, sequencer: string | undefined): boolean {
  if (sequencer === undefined || file.sequencer === undefined) return false;
  return compareSequencers(sequencer, file.sequencer) < 0;
}

const leaseEnd = (deps: Pick<InspectArrivedFileDeps, 'leaseSeconds' | 'now'>): string =>
  new Date(deps.now().getTime() + deps.leaseSeconds * 1000).toISOString();
