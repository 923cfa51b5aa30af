import { createHash } from 'node:crypto';
import { THUMBNAIL_WIDTHS } from '../picture-limits.ts';
import type { BeginHash } from './content-hash.ts';
import { factsOf } from './file-facts.ts';
import type { Finding } from './findings.ts';
import { InspectionFault } from './inspection-fault.ts';
import type { MalwareScanner } from './malware-scanner.ts';
import { manifestOf } from './manifest.ts';
import type { AssetStore, FileToInspect, IncomingStore, Inspector, UploadRepository } from '../ports.ts';
import { copyReader, readToTheEnd, type CopyContent, type CopyReader } from './read-copy.ts';
import type { Refusal } from '../refusals.ts';
import { reportProgress } from './report-progress.ts';
import { incomingKey, type FileFacts, type Upload, type UploadFile } from '../upload.ts';

export interface ExamineCopyDeps {
  uploads: Pick<UploadRepository, 'recordProgress'>;
  incoming: Pick<IncomingStore, 'copyToAssets'>;
  assets: AssetStore;
  inspector: Inspector;
  beginHash?: BeginHash | undefined;
  scanner?: MalwareScanner | undefined;
  now: () => Date;
}

/** One try of one worker, with a private copy of its own. */
export interface Attempt {
  readonly upload: Upload;
  readonly file: UploadFile;
  readonly copyKey: string;
  readonly token: string;
  readonly etag: string;
}

export type Verdict =
  | { readonly outcome: 'accepted'; readonly facts: FileFacts }
  | { readonly outcome: 'rejected'; readonly refusal: Refusal };

/**
 * Copies the object, then looks at the copy: it is read from the store once, and hashed, inspected and
 * scanned in the same pass. Rejects when that could not be done; nothing is known then (I1).
 */
export async function examineCopy(
  deps: ExamineCopyDeps,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Verdict> {
  const { file, copyKey } = attempt;
  const copy = await deps.incoming.copyToAssets(incomingKey(file), attempt.etag, copyKey, signal);
  if (copy === undefined) throw new Error('the object changed while it was being copied');
  if (copy.sizeBytes !== file.size) {
    return rejected('file.size_mismatch', `declared ${file.size} bytes, received ${copy.sizeBytes}`);
  }
  const reader = copyReader({
    assets: deps.assets,
    key: copyKey,
    size: file.size,
    beginHash: deps.beginHash,
    scanner: deps.scanner,
    onProgress: reportProgress(deps, file, attempt.token),
  });
  const finding = await deps.inspector.inspect(fileToInspect(deps.assets, attempt, reader), signal);
  if (finding.outcome === 'accepted' && reader.content() === undefined) {
    await readToTheEnd(reader.stream(signal));
  }
  const refusal = refusalOf(file, finding, reader.content());
  if (refusal !== undefined || finding.outcome === 'rejected') {
    return refusal === undefined
      ? (finding as Extract<Finding, { outcome: 'rejected' }>)
      : { outcome: 'rejected', refusal };
  }
  return { outcome: 'accepted', facts: await storeFacts(deps.assets, attempt, finding) };
}

const rejected = (code: Refusal['code'], detail?: string): Verdict => ({
  outcome: 'rejected',
  refusal: { code, detail },
});

function fileToInspect(assets: AssetStore, attempt: Attempt, reader: CopyReader): FileToInspect {
  const { upload, file, copyKey } = attempt;
  return {
    userId: upload.user_id,
    role: file.role,
    path: file.path,
    size: file.size,
    declaredType: file.content_type,
    read: (offset, length, signal) => assets.readRange(copyKey, offset, length, signal),
    stream: (signal) => reader.stream(signal),
  };
}

/** What hash and scan say against the file. An inspector's own refusal stands when neither is known. */
function refusalOf(
  file: UploadFile,
  finding: Finding,
  content: CopyContent | undefined,
): Refusal | undefined {
  if (content === undefined) {
    if (finding.outcome === 'accepted') throw new InspectionFault('store unavailable', 'us');
    return undefined;
  }
  if (content.sha256 !== file.sha256) {
    return { code: 'file.hash_mismatch', detail: `received ${content.sha256}` };
  }
  if (finding.outcome === 'rejected') return undefined;
  switch (content.scan?.outcome) {
    case 'infected':
      return { code: 'file.malware', detail: content.scan.signature };
    case 'unknown':
      if (content.scan.lasting === true) return { code: 'file.not_scannable', detail: content.scan.reason };
      throw new InspectionFault('scanner unavailable', 'us');
    case 'clean':
    case undefined:
      return undefined;
  }
}

async function storeFacts(
  assets: AssetStore,
  attempt: Attempt,
  finding: Extract<Finding, { outcome: 'accepted' }>,
): Promise<FileFacts> {
  return {
    key: attempt.copyKey,
    media_type: finding.media_type,
    image: await storePictures(assets, attempt, finding),
    archive: await storeManifest(assets, attempt, finding),
    ...factsOf(finding, attempt.file.path),
  };
}

const manifestKey = (copyKey: string) => `${copyKey}.manifest`;

const picturePrefix = ({ upload, file, token }: Attempt) => `${upload.asin}/${file.file_id}/${token}/`;

async function storeManifest(
  assets: AssetStore,
  { copyKey, upload }: Attempt,
  { archive }: Extract<Finding, { outcome: 'accepted' }>,
): Promise<FileFacts['archive']> {
  if (archive === undefined) return undefined;
  const manifest = manifestOf(archive);
  const manifest_key = manifestKey(copyKey);
  await assets.putManifest(manifest_key, manifest, upload.upload_id);
  const { format, entries, unpacked_bytes } = archive;
  return {
    format,
    manifest_key,
    manifest_size: manifest.byteLength,
    manifest_sha256: createHash('sha256').update(manifest).digest('hex'),
    entries: entries.length,
    unpacked_bytes,
  };
}

async function storePictures(
  assets: AssetStore,
  attempt: Attempt,
  { picture }: Extract<Finding, { outcome: 'accepted' }>,
): Promise<FileFacts['image']> {
  if (picture === undefined) return undefined;
  const { width, height, thumbhash, dominant_color, derived } = picture;
  const variants = await Promise.all(
    derived.map(async ({ webp, ...size }, i) => {
      const key = `${picturePrefix(attempt)}${THUMBNAIL_WIDTHS[i] ?? size.width}.webp`;
      await assets.putPicture(key, webp);
      return { ...size, key, size: webp.byteLength };
    }),
  );
  return { image_id: attempt.file.file_id, width, height, thumbhash, dominant_color, variants };
}

/** What this attempt has written and nobody will name. */
export async function removeTraces(deps: Pick<ExamineCopyDeps, 'assets'>, attempt: Attempt): Promise<void> {
  await deps.assets.removeCopy(attempt.copyKey);
  if (attempt.file.role === 'picture') await deps.assets.removePictures(picturePrefix(attempt));
  else await deps.assets.removeCopy(manifestKey(attempt.copyKey));
}
