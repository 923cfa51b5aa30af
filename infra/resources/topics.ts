import type { SubscriptionResource, TopicResource } from '../resource-types.ts';

export const topics = {
  assetEvents: {
    name: 'asset-events',
    purpose: 'asset.* and user.* events for whoever subscribes; message attribute `type` for filters.',
  },
} as const satisfies Record<string, TopicResource>;

export type TopicName = keyof typeof topics;

export const subscriptions = [
  { topic: 'assetEvents', queue: 'catalogEvents', rawDelivery: true },
  {
    topic: 'assetEvents',
    queue: 'ingestEvents',
    rawDelivery: true,
    eventTypes: [
      'user.deleted',
      'user.export_requested',
      'asset.deleted',
      'release.deleted',
      'asset.updated',
    ],
  },
  {
    topic: 'assetEvents',
    queue: 'authEvents',
    rawDelivery: true,
    eventTypes: ['user.purged', 'user.export_requested', 'user.export_part_written'],
  },
] as const satisfies readonly SubscriptionResource[];
