import type { Message } from '@aws-sdk/client-sqs';

export interface LetterDescription {
  readonly reason: string;
  /** When it was first sent, as far as is known. */
  readonly since: string;
  readonly receive_count: number | undefined;
  /** The id under which its log lines are found. */
  readonly message_id: string | undefined;
  /** What kind of message it is, such as `asset.deleted`. */
  readonly kind: string;
  /** The ids that it names. */
  readonly about: readonly string[];
}

/** A message that SQS itself has moved, because its worker died every time, comes without a reason. */
const NO_REASON = 'worker.died';

const ID = /(?:user|asset|release|upload|file|image|event|download)_[0-7][0-9a-hjkmnp-tv-z]{25}(?![0-9a-z])/g;
const MOST_IDS = 8;

/** What an operator has to know, and nothing of the body but ids: it may hold keys, names or worse (I11). */
export function describeLetter(message: Message): LetterDescription {
  const told = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  const count = Number(told('receive_count') ?? message.Attributes?.ApproximateReceiveCount);
  return {
    reason: reasonOf(message),
    since: told('first_sent_at') ?? new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
    receive_count: Number.isFinite(count) ? count : undefined,
    message_id: told('source_message_id') ?? message.MessageId,
    kind: kindOf(message.Body ?? ''),
    about: [...new Set((message.Body ?? '').match(ID))].slice(0, MOST_IDS),
  };
}

export const reasonOf = (message: Message): string =>
  message.MessageAttributes?.reason?.StringValue ?? NO_REASON;

function kindOf(body: string): string {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return 'not JSON';
  }
  if (typeof content !== 'object' || content === null) return 'unknown';
  if ('Records' in content) return 'object-created';
  if ('type' in content && typeof content.type === 'string' && /^[a-z_.]{1,40}$/.test(content.type)) {
    return content.type;
  }
  return 'file_id' in content && 'at' in content ? 'download' : 'unknown';
}
