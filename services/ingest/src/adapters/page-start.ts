import { z } from '@hono/zod-openapi';
import { invalidField } from '@cairn/shared/errors/domain-error';
import { UPLOAD_ITEM } from './upload-items.ts';

const start = z.tuple([z.string().max(64), z.string().max(40)]);

/** Where a page of a user's uploads ends, as an opaque cursor. It never names the user: that is the caller's. */
export function encodeStart(key: Record<string, unknown> | undefined): string | undefined {
  if (key === undefined) return undefined;
  return Buffer.from(JSON.stringify([key.upload_id, key.created_at])).toString('base64url');
}

export function decodeStart(cursor: string, userId: string): Record<string, string> {
  const [upload_id, created_at] = parse(cursor);
  return { upload_id, created_at, item: UPLOAD_ITEM, user_id: userId };
}

function parse(cursor: string): z.infer<typeof start> {
  try {
    return start.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw invalidField('query.cursor', 'cursor.invalid', 'must be a next_cursor of this list');
  }
}
