/**
 * Looks at content that comes piece by piece, with bounded memory: a file of its own and an entry of an
 * archive alike. `push` and `end` throw `Rejected` when the content can never be accepted.
 */
export interface ContentProbe<Facts> {
  push(chunk: Uint8Array): void;
  /** After the last piece. */
  end(): Facts;
}
