import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BufferedAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { fitsMessage, type MessageRule, type QueueMessage } from './message-rules.ts';
import type { Interceptor } from './proxy.ts';
import { askForAttributes, COPY_OF, presentMessage, type WireMessage } from './received-messages.ts';
import { createRuleSet, type ActiveRule } from './rule-set.ts';
import { seededRandom } from './seeded-random.ts';

export interface QueueDeliveries extends Interceptor {
  add(rule: MessageRule): ActiveRule<MessageRule>;
  /** Ends the rules and lets go of every message that is held. */
  clear(): Promise<void>;
}

interface Held {
  readonly queueUrl: string;
  readonly receiptHandle: string;
  readonly messageId: string;
}

const LONGEST_VISIBILITY_SECONDS = 43_200;

/**
 * Acts on messages as they are handed out, whatever put them into the queue. A held message stays in its
 * queue, invisible: nothing is lost when this process ends. `sqs` goes past the proxy.
 */
export function createQueueDeliveries(options: { sqs: SQSClient; seed: number }): QueueDeliveries {
  const { sqs, seed } = options;
  const rules = createRuleSet<MessageRule, QueueMessage>({ seed, fits: fitsMessage });
  const random = seededRandom(seed);
  const known = new Set<string>();
  const timesHeld = new Map<string, number>();
  const heldBy = new Map<MessageRule, Held[]>();
  const timers = new Set<NodeJS.Timeout>();
  let everUsed = false;

  const setVisibility = (held: Held, seconds: number) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: held.queueUrl,
        ReceiptHandle: held.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );

  async function hold(rule: MessageRule, message: Held): Promise<void> {
    heldBy.set(rule, [...(heldBy.get(rule) ?? []), message]);
    timesHeld.set(message.messageId, (timesHeld.get(message.messageId) ?? 0) + 1);
    await setVisibility(message, LONGEST_VISIBILITY_SECONDS);
  }

  /** One after the other, so that the queue has them in this order. */
  async function letGo(rule: MessageRule, messages: readonly Held[]): Promise<void> {
    heldBy.set(
      rule,
      (heldBy.get(rule) ?? []).filter((each) => !messages.includes(each)),
    );
    for (const message of messages) await setVisibility(message, 0);
  }

  const letAllGo = (rule: MessageRule) => {
    const held = heldBy.get(rule) ?? [];
    return letGo(rule, rule.fault.kind === 'reorder' ? shuffled(held, random) : held);
  };

  /** Whether the message is delivered now. */
  async function decide(call: Call, message: WireMessage): Promise<boolean> {
    if (known.has(message.MessageId)) return true;
    known.add(message.MessageId);
    const queue = call.queue ?? '';
    const active = rules.hit({ queue, id: message.MessageId, body: message.Body });
    if (active === undefined) return true;
    const { rule } = active;
    const { fault } = rule;
    const held: Held = {
      queueUrl: String(call.body.QueueUrl),
      receiptHandle: message.ReceiptHandle,
      messageId: message.MessageId,
    };
    switch (fault.kind) {
      case 'duplicate':
        for (let i = 1; i < fault.deliveries; i += 1) await sendCopy(held.queueUrl, message);
        return true;
      case 'late':
        await hold(rule, held);
        if (fault.ms !== undefined) {
          const timer = setTimeout(() => {
            timers.delete(timer);
            // A stack that has been stopped in the meantime has nothing to deliver.
            letGo(rule, [held]).catch(() => undefined);
          }, fault.ms);
          timers.add(timer);
        }
        return false;
      case 'reorder':
        await hold(rule, held);
        if ((heldBy.get(rule) ?? []).length >= fault.window) await letAllGo(rule);
        return false;
    }
  }

  const sendCopy = (queueUrl: string, message: WireMessage) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: message.Body,
        MessageAttributes: {
          ...message.MessageAttributes,
          [COPY_OF]: { DataType: 'String', StringValue: message.MessageId },
        },
      }),
    );

  return {
    add(rule) {
      everUsed = true;
      return rules.add(rule, () => letAllGo(rule));
    },
    rewrite: (call) => (everUsed && call.operation === 'ReceiveMessage' ? askForAttributes(call) : undefined),
    async answer(call, answer) {
      if (!everUsed || call.operation !== 'ReceiveMessage' || answer.status !== 200) return answer;
      const { Messages = [] } = JSON.parse(answer.body.toString('utf8')) as { Messages?: WireMessage[] };
      const delivered: WireMessage[] = [];
      for (const message of Messages) {
        const original = message.MessageAttributes?.[COPY_OF]?.StringValue;
        if (original === undefined && !(await decide(call, message))) continue;
        delivered.push(presentMessage(call, message, timesHeld.get(message.MessageId) ?? 0));
      }
      return withMessages(answer, delivered);
    },
    async clear() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await rules.clear();
      for (const rule of heldBy.keys()) await letAllGo(rule);
    },
  };
}

function withMessages(answer: BufferedAnswer, messages: readonly WireMessage[]): BufferedAnswer {
  return {
    ...answer,
    body: Buffer.from(JSON.stringify(messages.length === 0 ? {} : { Messages: messages })),
  };
}

/** Another order than the one given, as soon as there are two. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at);
  const result = order.map(({ item }) => item);
  return result.every((item, i) => item === items[i]) ? result.reverse() : result;
}
