/** What counts (I13): one answered GET of a download route. */
export interface DownloadGrant {
  /** Counted once, however often it is told. */
  readonly id: string;
  readonly asin: string;
  readonly release_id: string;
  readonly version: string;
  readonly file_id: string;
  /** A salted hash that changes daily: tells clients of one day apart, and nobody who they are. */
  readonly client: string;
  readonly at: string;
  /** Where its marker is put: with at most a hundred others of its asset and minute. */
  readonly sheet: string;
  /** The series of the engine that the client says it is for. */
  readonly engine?: string | undefined;
}

/** Resolves once the grant is durable. */
export type RecordGrant = (grant: DownloadGrant) => Promise<void>;
