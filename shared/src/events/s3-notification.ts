import { z } from '@hono/zod-openapi';
import { PoisonMessageError } from '../messaging/poison-message-error.ts';

export interface ObjectCreated {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Absent in the sweep's second looks, which claim no order. */
  readonly sequencer: string | undefined;
  /** When S3 had the object, by S3's clock; absent in second looks. */
  readonly createdAt?: string | undefined;
}

const record = z.object({
  eventVersion: z.string().regex(/^2\.\d+$/),
  eventName: z.string(),
  eventTime: z.iso.datetime().optional().catch(undefined),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().int().nonnegative().default(0),
      eTag: z.string().default(''),
      sequencer: z.string().optional(),
    }),
  }),
});
const notification = z.object({ Records: z.array(record).max(100) });
const testEvent = z.object({ Service: z.string(), Event: z.literal('s3:TestEvent') });
const snsEnvelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/**
 * The objects that an S3 event message tells of. `s3:TestEvent` and other kinds of event give none; an SNS
 * envelope is opened; anything else is poison, and goes to the dead-letter queue with the reason.
 */
export function parseS3Notification(body: string): ObjectCreated[] {
  const json = parseJson(body);
  const wrapped = snsEnvelope.safeParse(json);
  const content = wrapped.success ? parseJson(wrapped.data.Message) : json;
  if (testEvent.safeParse(content).success) return [];
  const parsed = notification.safeParse(content);
  if (!parsed.success) throw new PoisonMessageError('not an S3 event notification of version 2.x');
  return parsed.data.Records.filter((each) => /^(s3:)?ObjectCreated:/.test(each.eventName)).map(
    ({ s3, eventTime }) => ({
      bucket: s3.bucket.name,
      key: decodeKey(s3.object.key),
      sizeBytes: s3.object.size,
      etag: s3.object.eTag,
      sequencer: s3.object.sequencer,
      createdAt: eventTime,
    }),
  );
}

/** Keys in events are form-encoded: `+` is a space, `%2B` a plus. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new PoisonMessageError('the object key is not URL-encoded');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PoisonMessageError('not JSON');
  }
}
