import { randomUUID } from 'node:crypto';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { DeadLetterQueue, Outgoing } from './dead-letter-queue.ts';

/** A dead-letter queue for tests: hands out what is there and not taken, in order. */
export function memoryDeadLetters(letters: readonly Message[]) {
  const there = new Map(letters.map((letter) => [letter.MessageId ?? '', letter]));
  const taken = new Set<string>();
  const source: Outgoing[] = [];
  const idsOf = (messages: readonly Message[]) => messages.map(({ MessageId = '' }) => MessageId);

  const queue: DeadLetterQueue = {
    source: 'downloads',
    name: 'downloads-dlq',
    count: async () => there.size,
    async take(most) {
      const free = [...there.values()].filter(({ MessageId = '' }) => !taken.has(MessageId)).slice(0, most);
      for (const id of idsOf(free)) taken.add(id);
      return free;
    },
    async sendBack(messages) {
      source.push(...messages);
      return messages.map(() => true);
    },
    async remove(messages) {
      for (const id of idsOf(messages)) there.delete(id);
    },
    async release(messages) {
      for (const id of idsOf(messages)) taken.delete(id);
    },
  };
  const bury = (letter: Message) => there.set(letter.MessageId ?? '', letter);
  return { queue, there, taken, source, bury };
}

export function aLetter(attributes: Record<string, string> = {}, more: Partial<Message> = {}): Message {
  const values = Object.entries(attributes).map(([name, StringValue]): [string, MessageAttributeValue] => [
    name,
    { DataType: 'String', StringValue },
  ]);
  return {
    MessageId: randomUUID(),
    Body: '{}',
    Attributes: { SentTimestamp: '1763812800000', ApproximateReceiveCount: '1' },
    MessageAttributes: Object.fromEntries(values),
    ...more,
  };
}
