import { parseS3Notification } from '@cairn/shared/events/s3-notification';

/** The user whose file a message tells of; undefined for one that tells of nobody's. Rejects poison. */
export type UploaderOf = (body: string) => Promise<string | undefined>;

const MOST_KNOWN = 10_000;

/** Who made an upload never changes, and many messages tell of the same one. */
export function uploaderOf(
  find: (uploadId: string) => Promise<{ readonly user_id: string } | undefined>,
): UploaderOf {
  const known = new Map<string, string>();
  return async (body) => {
    const [object] = parseS3Notification(body);
    const uploadId = object?.key.split('/')[0];
    if (uploadId === undefined) return undefined;
    const userId = known.get(uploadId) ?? (await find(uploadId))?.user_id;
    if (userId === undefined) return undefined;
    known.delete(uploadId);
    known.set(uploadId, userId);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return userId;
  };
}
