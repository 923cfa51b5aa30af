import { parseS3Notification } from '@cairn/shared/events/s3-notification';
import type { FindKnownUpload } from './known-uploads.ts';

/** The user whose file a message tells of; undefined for one that tells of nobody's. Rejects poison. */
export type UploaderOf = (body: string) => Promise<string | undefined>;

export function uploaderOf(find: FindKnownUpload): UploaderOf {
  return async (body) => {
    const [object] = parseS3Notification(body);
    const uploadId = object?.key.split('/')[0];
    return uploadId === undefined ? undefined : (await find(uploadId))?.user_id;
  };
}
