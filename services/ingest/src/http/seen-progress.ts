import { createHash } from 'node:crypto';
import type { UploadSnapshot } from '../domain/following/get-receipt.ts';
import { percentOf } from '../domain/following/percent.ts';
import { SHOWN_STATES, shownState, type ShownState } from '../domain/following/shown-state.ts';
import type { UploadFile } from '../domain/upload.ts';

/**
 * What a client has been told of an upload: one number for its state and one for each of its files, which
 * only grows while the file is on its way.
 */
export interface SeenProgress {
  /** Undefined while the state that ends the stream has not been told yet. */
  readonly state: ShownState | undefined;
  /** Of the refusal that was told with the state. */
  readonly refusal: number;
  readonly files: readonly number[];
}

const PERCENTS = 101;

/** Waiting 0 to 100, inspecting 101 to 201, then accepted and rejected: a byte, and never less than before. */
const rankOf = (file: UploadFile, percent: number): number =>
  ({ waiting: percent, inspecting: PERCENTS + percent, accepted: 2 * PERCENTS, rejected: 2 * PERCENTS + 1 })[
    file.state
  ];

export function progressOf({ upload, files, arrived }: UploadSnapshot): SeenProgress {
  return {
    state: shownState(upload, files),
    refusal: upload.refusal === undefined ? 0 : (sha256(upload.refusal.code)[0] ?? 0),
    files: files.map((file) => rankOf(file, percentOf(file, arrived))),
  };
}

const FORMAT = 1;
const HEAD_BYTES = 3;
const CHECK_BYTES = 6;

/**
 * The id of an event is all that the client knows after it, so any replica can go on from it and none has to
 * remember anything. It is no secret and grants nothing; the check only tells ids of another upload, and
 * altered ones, from good ones.
 */
export function encodeEventId(uploadId: string, { state, refusal, files }: SeenProgress): string {
  const stateNumber = state === undefined ? 0 : SHOWN_STATES.indexOf(state) + 1;
  const body = Buffer.from([FORMAT, stateNumber, refusal, ...files]);
  return Buffer.concat([body, checkOf(uploadId, body)]).toString('base64url');
}

/** Undefined when it is no id of this upload's events. */
export function decodeEventId(uploadId: string, id: string): SeenProgress | undefined {
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.toString('base64url') !== id || bytes.length < HEAD_BYTES + CHECK_BYTES) return undefined;
  const body = bytes.subarray(0, -CHECK_BYTES);
  if (body[0] !== FORMAT || !checkOf(uploadId, body).equals(bytes.subarray(-CHECK_BYTES))) return undefined;
  const [, stateNumber = 0, refusal = 0, ...files] = body;
  return { state: SHOWN_STATES[stateNumber - 1], refusal, files };
}

const checkOf = (uploadId: string, body: Uint8Array): Buffer =>
  sha256(`${uploadId}:${Buffer.from(body).toString('latin1')}`).subarray(0, CHECK_BYTES);

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();
