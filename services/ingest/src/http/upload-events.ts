import type { UploadSnapshot } from '../domain/following/get-receipt.ts';
import { isFinal } from '../domain/following/shown-state.ts';
import { toReceipt } from './receipt.ts';
import { encodeEventId, progressOf, type SeenProgress } from './seen-progress.ts';
import { receiptFile, receiptSchema, type Receipt } from './upload-schemas.ts';

export const fileEventSchema = receiptFile
  .pick({ file_id: true, stage: true, percent: true, refusal: true })
  .openapi('FileEvent');
export const uploadEventSchema = receiptSchema
  .pick({ upload_id: true, asin: true, state: true, refusal: true })
  .openapi('UploadEvent');

export interface UploadEvent {
  readonly event: 'receipt' | 'file' | 'upload';
  readonly id: string;
  readonly data: unknown;
}

export interface NewEvents {
  readonly events: readonly UploadEvent[];
  readonly seen: SeenProgress;
  /** The last event said how the upload has ended. */
  readonly over: boolean;
}

/**
 * What takes a client from what it has seen to how things are: the files that are further, then the upload.
 * Each event's id is what the client knows after it, so that it may be cut off between any two.
 */
export function eventsSince(known: SeenProgress | undefined, snapshot: UploadSnapshot): NewEvents {
  const { upload } = snapshot;
  const receipt = toReceipt(snapshot);
  const now = progressOf(snapshot);
  const events: UploadEvent[] = [];
  const tell = (event: UploadEvent['event'], data: unknown) =>
    events.push({ event, id: encodeEventId(upload.upload_id, seen), data });

  let seen: SeenProgress;
  if (known === undefined || known.files.length !== now.files.length) {
    // How it ended is told by an event of its own, on every stream.
    seen = isFinal(receipt.state) ? { ...now, state: undefined, refusal: 0 } : now;
    tell('receipt', receipt);
  } else {
    seen = known;
    now.files.forEach((rank, i) => {
      const file = receipt.files[i];
      // Another replica may have heard less from the store: nobody is told that a file went back.
      if (file === undefined || rank <= (seen.files[i] ?? 0)) return;
      seen = { ...seen, files: seen.files.with(i, rank) };
      tell('file', fileEventSchema.parse(file));
    });
  }
  if (seen.state !== now.state || seen.refusal !== now.refusal) {
    seen = { ...seen, state: now.state, refusal: now.refusal };
    tell('upload', uploadEventSchema.parse(receipt satisfies Receipt));
  }
  return { events, seen, over: now.state !== undefined && isFinal(now.state) };
}
