export const EVENT_TYPES = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** As `eventName` of a record has it, without the `s3:`. */
export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete';

export interface QueueConfiguration {
  id: string;
  queueArn: string;
  events: EventType[];
  prefix: string;
  suffix: string;
}

export function matches(rule: QueueConfiguration, eventName: EventName, key: string): boolean {
  return (
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix) &&
    rule.events.some((type) => covers(type, `s3:${eventName}`))
  );
}

/** S3 refuses two rules of a bucket that could both apply to one event. */
export function overlap(a: QueueConfiguration, b: QueueConfiguration): boolean {
  const nested = (x: string, y: string, test: (whole: string, part: string) => boolean) =>
    test(x, y) || test(y, x);
  return (
    nested(a.prefix, b.prefix, (whole, part) => whole.startsWith(part)) &&
    nested(a.suffix, b.suffix, (whole, part) => whole.endsWith(part)) &&
    a.events.some((one) => b.events.some((other) => covers(one, other) || covers(other, one)))
  );
}

function covers(type: string, event: string): boolean {
  return type === event || (type.endsWith('*') && event.startsWith(type.slice(0, -1)));
}
