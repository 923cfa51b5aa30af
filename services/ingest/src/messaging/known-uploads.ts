import type { Origin } from '@cairn/shared/telemetry/origin';

/** What never changes of an upload. */
export interface KnownUpload {
  readonly user_id: string;
  readonly origin?: Origin | undefined;
}

export type FindKnownUpload = (uploadId: string) => Promise<KnownUpload | undefined>;

const MOST_KNOWN = 10_000;

/** Reads each upload once: many messages tell of the same one. */
export function knownUploads(find: FindKnownUpload): FindKnownUpload {
  const known = new Map<string, KnownUpload>();
  return async (uploadId) => {
    const found = known.get(uploadId) ?? (await find(uploadId));
    if (found === undefined) return undefined;
    const { user_id, origin } = found;
    known.delete(uploadId);
    known.set(uploadId, { user_id, origin });
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return found;
  };
}
