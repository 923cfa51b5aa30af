import type { Frequency } from './rule-set.ts';

export interface QueueMessage {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
}

/** Which messages a rule is about. What put them into the queue makes no difference: a send, a topic, S3. */
export interface MessageMatch extends Frequency {
  readonly queue: string;
  readonly where?: (message: QueueMessage) => boolean;
}

export type MessageFault =
  | { readonly kind: 'duplicate'; readonly deliveries: number }
  | { readonly kind: 'late'; readonly ms: number | undefined }
  | { readonly kind: 'reorder'; readonly window: number };

export interface MessageRule extends MessageMatch {
  readonly fault: MessageFault;
}

/** Each message is delivered `deliveries` times (2), under the same message id. */
export const duplicate = ({
  deliveries = 2,
  ...match
}: MessageMatch & { deliveries?: number }): MessageRule => ({
  ...match,
  fault: { kind: 'duplicate', deliveries },
});

/** Each message is held back for `ms`, or until the rule is released. */
export const late = ({ ms, ...match }: MessageMatch & { ms?: number }): MessageRule => ({
  ...match,
  fault: { kind: 'late', ms },
});

/** Messages are held back until there are `window` of them, and come in another order then. */
export const reorder = ({ window, ...match }: MessageMatch & { window: number }): MessageRule => ({
  ...match,
  fault: { kind: 'reorder', window },
});

export function fitsMessage(rule: MessageMatch, message: QueueMessage): boolean {
  return rule.queue === message.queue && (rule.where?.(message) ?? true);
}
