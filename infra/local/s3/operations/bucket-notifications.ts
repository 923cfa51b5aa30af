import { randomUUID } from 'node:crypto';

import { S3Error } from '../errors.ts';
import { testEventMessage } from '../notifications/event-message.ts';
import {
  EVENT_TYPES,
  overlap,
  type EventType,
  type QueueConfiguration,
} from '../notifications/notification-rules.ts';
import { xmlResponse, type Operation } from '../operation.ts';
import { document, element } from '../http/xml.ts';
import {
  allowChildren,
  childrenNamed,
  childText,
  parseXml,
  requireChildText,
  type XmlElement,
} from '../http/xml-reader.ts';

const MAX_BODY_BYTES = 256 * 1024;

export const putBucketNotification: Operation = async (deps, request) => {
  const bucket = deps.buckets.require(request.bucketName);
  const root = parseXml(await request.body.text(MAX_BODY_BYTES), 'NotificationConfiguration');
  if (root.children.some((child) => child.name !== 'QueueConfiguration')) {
    throw new S3Error('NotImplemented', 'Events can be sent to SQS queues only.');
  }
  const notifications = root.children.map(parseConfiguration);
  refuseOverlaps(notifications);

  if (request.headers.get('x-amz-skip-destination-validation')?.toLowerCase() !== 'true') {
    const message = testEventMessage(bucket.name, deps.now(), request.id);
    for (const queueArn of new Set(notifications.map((rule) => rule.queueArn))) {
      await deps.sendNotification(queueArn, message).catch(() => {
        throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations', {
          details: { ArgumentName: queueArn },
        });
      });
    }
  }
  await deps.buckets.configure(bucket, { notifications });
  return { status: 200 };
};

export const getBucketNotification: Operation = async (deps, request) => {
  const { notifications = [] } = deps.buckets.require(request.bucketName).config;
  return xmlResponse(
    document(
      'NotificationConfiguration',
      notifications.map((rule) =>
        element('QueueConfiguration', [
          element('Id', rule.id),
          element('Queue', rule.queueArn),
          ...rule.events.map((event) => element('Event', event)),
          element('Filter', [
            element(
              'S3Key',
              [
                { name: 'Prefix', value: rule.prefix },
                { name: 'Suffix', value: rule.suffix },
              ]
                .filter(({ value }) => value !== '')
                .map(({ name, value }) =>
                  element('FilterRule', [element('Name', name), element('Value', value)]),
                ),
            ),
          ]),
        ]),
      ),
    ),
  );
};

function parseConfiguration(element: XmlElement): QueueConfiguration {
  allowChildren(element, ['Id', 'Queue', 'Event', 'Filter']);
  const queueArn = requireChildText(element, 'Queue');
  if (!/^arn:[\w-]+:sqs:[\w-]*:\d*:[\w.-]+$/.test(queueArn)) {
    throw new S3Error('InvalidArgument', 'The ARN could not be parsed', {
      details: { ArgumentName: 'Queue', ArgumentValue: queueArn },
    });
  }
  const events = childrenNamed(element, 'Event').map(({ text }) => parseEventType(text));
  if (events.length === 0) throw new S3Error('MalformedXML');
  return { id: childText(element, 'Id') ?? randomUUID(), queueArn, events, ...parseFilter(element) };
}

function parseEventType(text: string): EventType {
  const type = EVENT_TYPES.find((candidate) => candidate === text);
  if (!type) {
    throw new S3Error('InvalidArgument', 'The event is not supported for notifications', {
      details: { ArgumentName: 'Event', ArgumentValue: text },
    });
  }
  return type;
}

function parseFilter(element: XmlElement): { prefix: string; suffix: string } {
  const filter = { prefix: '', suffix: '' };
  const rules = childrenNamed(element, 'Filter')
    .flatMap((child) => childrenNamed(child, 'S3Key'))
    .flatMap((child) => childrenNamed(child, 'FilterRule'));
  const seen = new Set<string>();
  for (const rule of rules) {
    const name = requireChildText(rule, 'Name').toLowerCase();
    if ((name !== 'prefix' && name !== 'suffix') || seen.has(name)) {
      throw new S3Error('InvalidArgument', 'filter rule name must be either prefix or suffix');
    }
    seen.add(name);
    filter[name] = requireChildText(rule, 'Value');
  }
  return filter;
}

function refuseOverlaps(rules: readonly QueueConfiguration[]): void {
  for (const [position, rule] of rules.entries()) {
    if (rules.slice(position + 1).some((other) => overlap(rule, other))) {
      throw new S3Error(
        'InvalidArgument',
        'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      );
    }
  }
}
