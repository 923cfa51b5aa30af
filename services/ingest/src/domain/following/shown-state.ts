import type { Upload, UploadFile } from '../upload.ts';

/** The states that a receipt tells, in the order of the way. */
export const SHOWN_STATES = [
  'created',
  'uploading',
  'inspecting',
  'published',
  'rejected',
  'failed',
  'expired',
  'aborted',
] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

const FINAL: ReadonlySet<ShownState> = new Set(['published', 'rejected', 'expired', 'aborted']);

/** Nothing follows it. `failed` is tried again. */
export const isFinal = (state: ShownState): boolean => FINAL.has(state);

/** An open upload is as far as its files are. */
export function shownState(upload: Upload, files: readonly UploadFile[]): ShownState {
  if (upload.state === 'publishing') return 'inspecting';
  if (upload.state === 'withdrawn') return 'aborted';
  if (upload.state !== 'open' && upload.state !== 'declaring') return upload.state;
  if (files.every((file) => file.state === 'waiting')) return 'created';
  return files.some((file) => file.state === 'waiting') ? 'uploading' : 'inspecting';
}
