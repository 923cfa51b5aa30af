import type { Call } from './call.ts';

export interface WireMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string }>;
}

/** Marks a second delivery: the id of the message that it repeats. */
export const COPY_OF = 'cairn_copy_of';

const RECEIVE_COUNT = 'ApproximateReceiveCount';

/** The ReceiveMessage that also brings what this layer has to know. */
export function askForAttributes(call: Call): Buffer {
  const { MessageSystemAttributeNames = [], ...body } = call.body as {
    MessageSystemAttributeNames?: string[];
  };
  return Buffer.from(
    JSON.stringify({
      ...body,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: [...MessageSystemAttributeNames, RECEIVE_COUNT],
    }),
  );
}

/** The message as the consumer shall see it: with what it asked for, and without a trace of this layer. */
export function presentMessage(call: Call, message: WireMessage, timesHeld: number): WireMessage {
  const { MessageAttributes = {}, MD5OfMessageAttributes: _, Attributes = {}, ...rest } = message;
  const { [COPY_OF]: copyOf, ...attributes } = MessageAttributes;
  const asked = (call.body.MessageAttributeNames ?? []) as string[];
  const wanted = Object.entries(attributes).filter(
    ([name]) => asked.includes('All') || asked.includes('.*') || asked.includes(name),
  );
  const count = Attributes[RECEIVE_COUNT];
  return {
    ...rest,
    MessageId: copyOf?.StringValue ?? message.MessageId,
    ...(wanted.length === 0 ? {} : { MessageAttributes: Object.fromEntries(wanted) }),
    Attributes: {
      ...Attributes,
      ...(count === undefined ? {} : { [RECEIVE_COUNT]: String(Number(count) - timesHeld) }),
    },
  };
}
