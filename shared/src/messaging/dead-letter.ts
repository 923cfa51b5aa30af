import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { DomainError } from '../errors/domain-error.ts';
import { PoisonMessageError } from './poison-message-error.ts';

/** SQS allows no more attributes on a message. */
const MOST_ATTRIBUTES = 10;

/**
 * Why a message goes to the dead letters: the reason of a poison message, the code of a domain error, or the
 * class of any other. Never an error's text, which may hold a URL, a key or what a client sent (I11).
 */
export function reasonOf(error: unknown): string {
  if (error instanceof PoisonMessageError) return printable(error.reason, 256);
  if (error instanceof DomainError) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as Error & { code?: unknown };
  // A plain Error says nothing; what caused it may.
  if (error.name === 'Error' && typeof code !== 'string' && error.cause !== undefined) {
    return reasonOf(error.cause);
  }
  const name = identifier(error.name);
  return typeof code === 'string' ? `${name} ${identifier(code)}` : name;
}

const identifier = (text: string): string => text.replaceAll(/[^\w.-]/g, '').slice(0, 64) || 'unknown';
const printable = (text: string, most: number): string =>
  text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, most) || 'unknown';

export interface Burial {
  readonly message: Message;
  readonly sourceQueue: string;
  readonly reason: string;
  readonly receiveCount: number;
  readonly now: Date;
}

/** What goes along with a dead letter, beside the attributes that the message had. */
export function deadLetterAttributes(burial: Burial): Record<string, MessageAttributeValue> {
  const { message, now } = burial;
  const sent = Number(message.Attributes?.SentTimestamp);
  const told = Object.entries({
    reason: burial.reason,
    source_queue: burial.sourceQueue,
    // By this its log lines are found: a dead letter has a new id.
    source_message_id: message.MessageId,
    receive_count: String(burial.receiveCount),
    // One that was redriven keeps the time of its first sending.
    first_sent_at:
      message.MessageAttributes?.first_sent_at?.StringValue ??
      (Number.isFinite(sent) ? new Date(sent).toISOString() : undefined),
    last_received_at: now.toISOString(),
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, stringAttribute(value)] as const]));
  const names = new Set<string>(told.map(([name]) => name));
  const others = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => !names.has(name));
  return Object.fromEntries([...told, ...others].slice(0, MOST_ATTRIBUTES));
}

export const stringAttribute = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  StringValue: value,
});
