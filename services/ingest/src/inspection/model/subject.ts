/** What is known of a file or an entry of an archive before its content comes. */
export interface ModelSubject {
  /** From the root of the upload or archive. */
  readonly path: string;
  readonly size: number;
  readonly head: Uint8Array;
}
