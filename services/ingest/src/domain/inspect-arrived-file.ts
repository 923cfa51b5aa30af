import { createHash, randomUUID } from 'node:crypto';
import { compareSequencers } from '@cairn/shared/events/sequencer';
import { THUMBNAIL_WIDTHS } from './limits.ts';
import type { AssetStore, Finding, IncomingStore, Inspector, UploadRepository } from './ports.ts';
import type { Refusal } from './refusals.ts';
import type { SettleUpload } from './settle-upload.ts';
import { incomingKey, isOpen, type FileFacts, type Upload, type UploadFile } from './upload.ts';
import { holdLease } from './hold-lease.ts';

export interface InspectArrivedFileDeps {
  uploads: UploadRepository;
  incoming: IncomingStore;
  assets: AssetStore;
  inspector: Inspector;
  settle: SettleUpload;
  leaseSeconds: number;
  now: () => Date;
}

/** What an S3 event says has arrived. */
export interface ArrivedFile {
  readonly uploadId: string;
  readonly fileId: string;
  readonly sequencer: string | undefined;
}

export type InspectArrivedFile = (arrived: ArrivedFile, signal: AbortSignal) => Promise<void>;

const HEAD_BYTES = 65_536;

/**
 * From "an object has arrived" to "this file is accepted or rejected"; the last file settles the upload.
 * Safe to repeat, to run twice at once and to die anywhere: what is inspected is a private copy under a key
 * of this attempt alone, and only the holder of the newest lease can make it count (I2, I3).
 */
export function inspectArrivedFile(deps: InspectArrivedFileDeps): InspectArrivedFile {
  return async (arrived, signal) => {
    const key = incomingKey({ upload_id: arrived.uploadId, file_id: arrived.fileId });
    const upload = await deps.uploads.find(arrived.uploadId);
    const file = upload && (await deps.uploads.findFile(arrived.uploadId, arrived.fileId));
    if (upload === undefined || file === undefined || !isOpen(upload.state)) {
      // Nobody declared it, or its upload has ended: a replayed PUT changes nothing that is served.
      await deps.incoming.remove(key);
      return;
    }
    if (file.state === 'accepted') await deps.incoming.remove(key);
    if (file.state === 'accepted' || file.state === 'rejected') return deps.settle(upload.upload_id);
    if (isStale(file, arrived.sequencer)) return;

    const object = await deps.incoming.head(key);
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

    const lease = holdLease({
      renew: () => deps.uploads.renewLease(claimed, token, leaseEnd(deps)),
      everyMs: (deps.leaseSeconds * 1000) / 3,
      signal,
    });
    const copyKey = `${upload.asin}/${upload.release_id}/${file.file_id}/${token}`;
    try {
      const attempt = { upload, file, copyKey, token, etag: object.etag };
      const verdict = await examine(deps, attempt, lease.signal).catch(async (error: unknown) => {
        await removeTraces(deps, attempt).catch(() => undefined);
        throw error;
      });
      // From here on nothing of an accepted attempt may be removed, and a write whose answer was lost may
      // have been accepted: what nobody names is removed once the upload is over.
      const counted =
        verdict.outcome === 'rejected'
          ? await deps.uploads.rejectFile(claimed, token, verdict.refusal)
          : await deps.uploads.acceptFile(claimed, token, verdict.facts);
      if (!counted || verdict.outcome === 'rejected') await removeTraces(deps, attempt);
      if (counted) await deps.incoming.remove(key);
    } catch (error) {
      await deps.uploads.releaseLease(claimed, token).catch(() => undefined);
      throw error;
    } finally {
      lease.end();
    }
    await deps.settle(upload.upload_id);
  };
}

/** An event that is older than the one acted on last says nothing new. */
function isStale(file: UploadFile, sequencer: string | undefined): boolean {
  if (sequencer === undefined || file.sequencer === undefined) return false;
  return compareSequencers(sequencer, file.sequencer) < 0;
}

const leaseEnd = (deps: Pick<InspectArrivedFileDeps, 'leaseSeconds' | 'now'>): string =>
  new Date(deps.now().getTime() + deps.leaseSeconds * 1000).toISOString();

interface Attempt {
  readonly upload: Upload;
  readonly file: UploadFile;
  readonly copyKey: string;
  readonly token: string;
  readonly etag: string;
}

type Verdict =
  | { readonly outcome: 'accepted'; readonly facts: FileFacts }
  | { readonly outcome: 'rejected'; readonly refusal: Refusal };

async function examine(
  deps: InspectArrivedFileDeps,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Verdict> {
  const { file } = attempt;
  const copy = await deps.incoming.copyToAssets(incomingKey(file), attempt.etag, attempt.copyKey);
  if (copy === undefined) throw new Error('the object changed while it was being copied');
  if (copy.sizeBytes !== file.size) {
    const detail = `declared ${file.size} bytes, received ${copy.sizeBytes}`;
    return { outcome: 'rejected', refusal: { code: 'file.size_mismatch', detail } };
  }
  const content = await readCopy(deps.assets, attempt.copyKey, file, signal);
  if (content.sha256 !== file.sha256) {
    return {
      outcome: 'rejected',
      refusal: { code: 'file.hash_mismatch', detail: `received ${content.sha256}` },
    };
  }
  const declaredType = file.content_type;
  const finding =
    file.role === 'picture'
      ? await deps.inspector.inspectPicture({ bytes: content.kept, declaredType }, signal)
      : await deps.inspector.inspectFile({ head: content.kept, declaredType }, signal);
  if (finding.outcome === 'rejected') return finding;
  const image = await storePictures(deps.assets, attempt, finding);
  return { outcome: 'accepted', facts: { key: attempt.copyKey, media_type: finding.mediaType, image } };
}

/** Hashes the whole copy; keeps a picture's bytes (which are limited) or the first ones of any other file. */
async function readCopy(
  assets: AssetStore,
  key: string,
  file: UploadFile,
  signal: AbortSignal,
): Promise<{ sha256: string; kept: Buffer }> {
  const hash = createHash('sha256');
  const keep = file.role === 'picture' ? file.size : HEAD_BYTES;
  const chunks: Uint8Array[] = [];
  let kept = 0;
  for await (const chunk of await assets.read(key, signal)) {
    signal.throwIfAborted();
    hash.update(chunk);
    if (kept < keep) {
      const part = chunk.subarray(0, keep - kept);
      chunks.push(part);
      kept += part.byteLength;
    }
  }
  return { sha256: hash.digest('hex'), kept: Buffer.concat(chunks) };
}

const picturePrefix = (upload: Upload, file: UploadFile, token: string) =>
  `${upload.asin}/${file.file_id}/${token}/`;

async function storePictures(
  assets: AssetStore,
  { upload, file, token }: Attempt,
  finding: Extract<Finding, { outcome: 'accepted' }>,
): Promise<FileFacts['image']> {
  if (finding.picture === undefined) return undefined;
  const { width, height, derived } = finding.picture;
  const variants = await Promise.all(
    derived.map(async (picture, i) => {
      const key = `${picturePrefix(upload, file, token)}${THUMBNAIL_WIDTHS[i] ?? picture.width}.webp`;
      await assets.putPicture(key, picture.webp);
      return { width: picture.width, height: picture.height, key, size: picture.webp.byteLength };
    }),
  );
  return { image_id: file.file_id, width, height, variants };
}

/** What this attempt has written and nobody will name. */
async function removeTraces(
  deps: Pick<InspectArrivedFileDeps, 'assets'>,
  { upload, file, token, copyKey }: Attempt,
): Promise<void> {
  await deps.assets.removeCopy(copyKey);
  if (file.role === 'picture') await deps.assets.removePictures(picturePrefix(upload, file, token));
}
